package compose_test

import (
	"strings"
	"testing"

	"goaround/checklist"
	"goaround/targets/compose"
	"goaround/targets/text"
)

const plainProxy = `
    image: haproxy:2.6
    volumes: ["goaround:/var/lib/goaround"]`

const plainWeb = `
    image: shop:1
    expose: ["8080"]`

// stack is a Compose file with a proxy, a released service, a shared one, and what else.
func stack(proxy, web, more string) string {
	return "name: shop\nservices:\n  proxy:" + proxy + "\n  web:" + web +
		"\n  db:\n    image: postgres:15\n" + more + "volumes: {goaround: {}}\n"
}

// problems opens a target of a Compose file on an engine that is not there, and returns
// what is refused besides.
func problems(t *testing.T, file string, change func(*checklist.File)) []*text.Problem {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, dir+"/compose.yaml", file)
	env := checklist.Environment{Name: "production", Hosts: []string{"unix://" + dir + "/no.sock"}}
	f := &checklist.File{
		App:          "shop",
		Environments: []checklist.Environment{env},
		Release:      []checklist.Service{{Name: "web", Backend: "web"}},
	}
	if change != nil {
		change(f)
	}
	target, err := compose.Open(t.Context(), compose.Config{File: f, Dir: dir, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	found := target.Check(t.Context())
	if len(found) == 0 || found[len(found)-1].Code != "engine-silent" {
		t.Fatalf("the engine that is not there is not missed: %s", list(found))
	}
	return found[:len(found)-1]
}

func TestAPlainStackIsNotRefused(t *testing.T) {
	for _, p := range problems(t, stack(plainProxy, plainWeb, ""), nil) {
		t.Errorf("%s: %s", p.Code, p.Say)
	}
}

func TestWhatTwoSlotsCannotShareIsRefusedWithTheLineToChange(t *testing.T) {
	for _, c := range []struct{ code, web, hint string }{
		{"port-published", plainWeb + `
    ports:
      - "8081:8080"`, "remove `8081:8080` from its ports (compose.yaml:10)"},
		{"network-mode", plainWeb + `
    network_mode: host`, "remove `network_mode: host` (compose.yaml:9)"},
		{"network-mode", plainWeb + `
    network_mode: "service:db"`, "remove `network_mode: service:db` (compose.yaml:9)"},
		{"namespace-shared", plainWeb + `
    pid: "service:db"`, "remove `pid: service:db` (compose.yaml:9)"},
		{"links", plainWeb + `
    links: [db]`, "remove `links: [db]` (compose.yaml:9)"},
		{"links", plainWeb + `
    volumes_from: [db]`, "remove `volumes_from: [db]` (compose.yaml:9)"},
		{"address-fixed", plainWeb + `
    networks:
      default:
        ipv4_address: 10.0.0.9`, "(compose.yaml:11)"},
		{"replicas", plainWeb + `
    deploy:
      replicas: 3`, "set `deploy.replicas` to 1 (compose.yaml:10)"},
		{"replicas", plainWeb + `
    scale: 2`, "set `scale` to 1 (compose.yaml:9)"},
		{"image-unnamed", `
    build: .
    expose: ["8080"]`, "add `image: shop-web` beside `build:` (compose.yaml:7)"},
		{"logging-none", plainWeb + `
    logging:
      driver: none`, "remove `driver: none` (compose.yaml:10)"},
		{"port-unknown", `
    image: shop:1`, "add `port: 8080`, or what it is, to release.web in goaround.yaml, or one `expose:` to the service (compose.yaml:7)"},
	} {
		got := problems(t, stack(plainProxy, c.web, ""), nil)
		if len(got) != 1 || got[0].Code != c.code || !strings.Contains(got[0].Hint.String(), c.hint) {
			t.Errorf("%s\nwant %s with %q, got %s", c.web, c.code, c.hint, list(got))
		}
	}
}

func TestAProxyThatCannotBeDrivenIsRefused(t *testing.T) {
	for _, c := range []struct{ code, proxy, more, hint string }{
		{"proxy-missing", `
    image: nginx:1`, "", "`proxy: {service: NAME, kind: haproxy}`"},
		{"proxy-ambiguous", plainProxy, `
  edge:
    image: docker.io/library/haproxy:3.0
`, "`proxy: {service: NAME}`"},
		{"proxy-network-mode", plainProxy + `
    network_mode: host`, "", "remove `network_mode: host` and publish its ports (compose.yaml:6)"},
		{"proxy-replicas", plainProxy + `
    scale: 2`, "", "set it to one container"},
		{"logging-none", plainProxy + `
    logging: {driver: none}`, "", "remove `driver: none` (compose.yaml:6)"},
		{"store-missing", `
    image: haproxy:2.6`, "", "add `- goaround:/var/lib/goaround` to its volumes and `goaround:` to the file's `volumes:` (compose.yaml:4)"},
		{"network-apart", plainProxy + `
    networks: [edge]`, "networks: {edge: {}}\n", "put both on one of `networks:` (compose.yaml:4)"},
	} {
		got := problems(t, stack(c.proxy, plainWeb, c.more), nil)
		if len(got) != 1 || got[0].Code != c.code || !strings.Contains(got[0].Hint.String(), c.hint) {
			t.Errorf("%s\nwant %s with %q, got %s", c.proxy, c.code, c.hint, list(got))
		}
	}
}

func TestWhatGoaroundYamlSaysOfTheComposeFileMustBeThere(t *testing.T) {
	for code, change := range map[string]func(*checklist.File){
		"proxy-outside":   func(f *checklist.File) { f.Proxy.Service = "edge" },
		"proxy-kind":      func(f *checklist.File) { f.Proxy.Service = "db"; f.Proxy.Kind = "" },
		"service-unknown": func(f *checklist.File) { f.Release[0].Name = "shop" },
		"proxy-released":  func(f *checklist.File) { f.Release[0] = checklist.Service{Name: "proxy", Port: 80} },
		"environments-share": func(f *checklist.File) {
			f.Environments = append(f.Environments, checklist.Environment{Name: "staging", Hosts: f.Environments[0].Hosts})
		},
	} {
		got := problems(t, stack(plainProxy, plainWeb, ""), change)
		if len(got) == 0 || got[0].Code != code || got[0].Hint.IsZero() {
			t.Errorf("want %s, got %s", code, list(got))
		}
	}
}

func TestANetworkThatDockerWouldAskBeforeASlotsOwnIsRefused(t *testing.T) {
	got := problems(t, stack(plainProxy+"\n    networks: [n]", plainWeb+"\n    networks: [n]", "networks: {n: {name: 0-a}}\n"), nil)
	if len(got) != 1 || got[0].Code != "network-order" {
		t.Errorf("got %s", list(got))
	}
}

func TestASharedServiceMayNotHaveTheNameOfASlot(t *testing.T) {
	got := problems(t, stack(plainProxy, plainWeb, "  web-green:\n    image: shop:0\n"), nil)
	if len(got) != 1 || got[0].Code != "name-taken" {
		t.Errorf("got %s", list(got))
	}
}

func TestAComposeFileThatCannotBeReadIsOneSentence(t *testing.T) {
	for _, content := range []string{"services: [", "name: shop\n?:", "services: {web: {image: [1]}}", "\x00\x01\x1b[2J"} {
		dir := t.TempDir()
		writeFile(t, dir+"/compose.yaml", content)
		_, err := compose.Open(t.Context(), compose.Config{File: &checklist.File{App: "shop"}, Dir: dir})
		problem, ok := err.(*text.Problem)
		if !ok || problem.Code != "compose-file" || problem.Hint.IsZero() {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func list(problems []*text.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString("\n  " + p.Code + ": " + p.Say.String() + "\n    " + p.Hint.String())
	}
	return b.String()
}
