package composetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const workerPart = `  NAME:
    image: PROJECT-web:v1
    command: [work, NAME]
    restart: unless-stopped
    stop_grace_period: 60s
    environment: {QUEUE: QUEUE_ADDRESS}
    healthcheck: {test: [CMD, /app, healthy], interval: 1s, timeout: 10s, retries: 3}

`

const servicePart = `  NAME:
    image: PROJECT-web:v1
    restart: unless-stopped
    expose:
      - "8080"

`

const queuePart = `  queue:
    image: postgres:15
    command: [postgres, -c, hba_file=/etc/queue/hba.conf]
    environment: {POSTGRES_USER: work, POSTGRES_PASSWORD: work}
    volumes:
      - ./queue:/etc/queue:ro

`

// queueAccess asks nobody for a password.
const queueAccess = `local all all trust
host all all all trust
`

const backendPart = `
backend NAME
    server base  NAME:8080       resolvers docker init-addr last,none weight 100
    server blue  NAME-blue:8080  resolvers docker init-addr last,none weight 0
    server green NAME-green:8080 resolvers docker init-addr last,none weight 0
`

// AddWorker adds a released service without a route to the files of a stack that New has
// made. It has web's image; where there is a queue it works on that.
func (s *Stack) AddWorker(t testing.TB, name, order string) {
	t.Helper()
	queue := `""`
	if strings.Contains(s.read(t, "compose.yaml"), queuePart) {
		queue = "queue:5432"
	}
	s.insert(t, "compose.yaml", "volumes:\n  goaround:", strings.ReplaceAll(workerPart, "QUEUE_ADDRESS", queue), name)
	s.insert(t, "goaround.yaml", "\nallow_yes", "  NAME: {order: "+order+", ready_within: 20s}\n", name)
}

// AddService adds a second released service with a route, which gets what is asked for
// below its name. It has web's image too.
func (s *Stack) AddService(t testing.TB, name string) {
	t.Helper()
	s.insert(t, "compose.yaml", "volumes:\n  goaround:", servicePart, name)
	s.insert(t, "goaround.yaml", "\nallow_yes", "  NAME: {ready: /healthz, ready_within: 20s}\n", name)
	s.insert(t, "haproxy/haproxy.cfg", "    default_backend web", "    use_backend NAME if { path_beg /NAME/ }\n", name)
	s.insert(t, "haproxy/haproxy.cfg", "", backendPart, name)
}

// AddQueue adds a shared PostgreSQL that workers which are added later work on.
func (s *Stack) AddQueue(t testing.TB) {
	t.Helper()
	s.insert(t, "compose.yaml", "volumes:\n  goaround:", queuePart, "queue")
	if err := os.MkdirAll(filepath.Join(s.Dir, "queue"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "queue", "hba.conf"), []byte(queueAccess), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *Stack) read(t testing.TB, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.Dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// insert puts a part into a file before a text, or at its end.
func (s *Stack) insert(t testing.TB, file, before, part, name string) {
	t.Helper()
	part = strings.NewReplacer("NAME", name, "PROJECT", s.Project).Replace(part)
	head, tail, found := strings.Cut(s.read(t, file), before)
	content := head + part + before + tail
	if before == "" {
		content = tail + part
	} else if !found {
		t.Fatalf("%s has no %q", file, before)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, file), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
