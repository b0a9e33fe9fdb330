package composetest

import (
	"os"
	"path/filepath"
	"strings"
)

// Secret is the value of API_TOKEN in the env_file of the released service.
const Secret = "s3cr3t-of-composetest-7f"

const composeFile = `name: PROJECT

x-logging: &logging
  driver: json-file
  options: {max-size: 5m, max-file: "2"}

services:
  proxy:
    image: haproxy:2.6
    restart: unless-stopped
    logging: *logging
    ports:
      - "PUBLISH:8000"
    volumes:
      - ./haproxy:/usr/local/etc/haproxy:ro
      - goaround:/var/lib/goaround

  web:
    image: PROJECT-web:v1
    restart: unless-stopped
    logging: *logging
    env_file: web.env
    expose:
      - "8080"
    volumes:
      - uploads:/uploads

volumes:
  goaround:
  uploads:
`

const haproxyFile = `global
    log stdout format raw local0
    stats socket ipv4@127.0.0.1:9999 level admin
    stats timeout 1h
    server-state-file /var/lib/goaround/servers.state

defaults
    mode http
    log global
    option idle-close-on-response
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
    load-server-state-from-file global

resolvers docker
    nameserver dns 127.0.0.11:53
    timeout resolve 1s
    timeout retry   1s
    hold valid      1s
    hold nx         1s
    hold obsolete   1s
    hold timeout  24h
    hold refused  24h
    hold other    24h

frontend public
    bind :8000
    log-format '{"t":%[date(0,ms)],"b":"%b","s":"%s","st":%ST,"tc":%Tc,"rt":%Tr,"ta":%Ta,"ts":"%ts"}'
    default_backend web

backend web
    server base  web:8080       resolvers docker init-addr last,none weight 100
    server blue  web-blue:8080  resolvers docker init-addr last,none weight 0
    server green web-green:8080 resolvers docker init-addr last,none weight 0
`

const goaroundFile = `app: PROJECT

environments:
  production:
    hosts: [local]
    url: URL/

release:
  web:
    ready: /healthz
    ready_within: 60s

allow_yes: true
`

// write puts the files of a stack into dir; its proxy publishes at publish, and is
// reached at url.
func write(dir, project, publish, url string) error {
	fill := strings.NewReplacer("PROJECT", project, "PUBLISH", publish, "URL", url).Replace
	for name, content := range map[string]string{
		"compose.yaml":        composeFile,
		"goaround.yaml":       goaroundFile,
		"haproxy/haproxy.cfg": haproxyFile,
		"web.env":             "API_TOKEN=" + Secret + "\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(fill(content)), 0o644); err != nil {
			return err
		}
	}
	return nil
}
