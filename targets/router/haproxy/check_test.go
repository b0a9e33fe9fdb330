package haproxy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goaround/targets/router"
	"goaround/targets/router/haproxy"
)

var shop = []router.Route{{Service: "web", Backend: "web", Port: 8080}}

// team is a configuration that releases of the shop can be moved with.
const team = `# our proxy
global
    log stdout format raw local0
    stats socket ipv4@127.0.0.1:9999 level admin
    stats timeout 1h
    server-state-file /var/lib/goaround/servers.state

defaults
    mode http
    log global
    timeout client 30s
    option idle-close-on-response
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
    bind :80
    log-format '{"t":%[date(0,ms)],"b":"%b","s":"%s","st":%ST,"tc":%Tc,"rt":%Tr,"ta":%Ta,"ts":"%ts"}'
    default_backend web

backend web
    balance leastconn
    server base  web:8080       resolvers docker init-addr last,none weight 100
    server blue  web-blue:8080  resolvers docker init-addr last,none weight 0 check inter 2s
    server green web-green:8080 resolvers docker init-addr last,none weight 0

backend files
    cookie SRV insert
    balance source
    server one 10.0.0.7:80 cookie a
`

func check(t *testing.T, cfg string) []string {
	t.Helper()
	var found []string
	for _, p := range haproxy.Check([]router.File{{Name: "haproxy.cfg", Text: cfg}}, shop) {
		if p.Hint.IsZero() || !strings.HasPrefix(p.Code, "stanza-") {
			t.Errorf("%s: %s: hint %q", p.Code, p.Say, p.Hint)
		}
		found = append(found, p.Say.String()+" -> "+p.Hint.String())
	}
	return found
}

// edited is the team's configuration with one line changed; an empty new takes it away.
func edited(t *testing.T, old, new string) string {
	t.Helper()
	if new != "" {
		new += "\n"
	}
	for l := range strings.Lines(team) {
		if strings.Join(strings.Fields(l), " ") == old {
			return strings.Replace("\n"+team, "\n"+l, "\n"+new, 1)[1:]
		}
	}
	t.Fatalf("no line %q", old)
	return ""
}

func TestWhatTheStanzaPrintsIsEnough(t *testing.T) {
	cfg := haproxy.Stanza(shop) + "\nfrontend more from other\n"
	cfg = strings.Replace(cfg, "    log-format", "    default_backend web\n    log-format", 1)
	if found := check(t, cfg); found != nil {
		t.Error(cmp.Diff([]string(nil), found))
	}
	if found := check(t, team); found != nil {
		t.Error(cmp.Diff([]string(nil), found))
	}
}

func TestEachLineThatIsMissingIsNamedWithItsPlace(t *testing.T) {
	for old, want := range map[string]string{
		"log stdout format raw local0":                      "haproxy.cfg:25: frontend public does not log its requests to stdout -> write `log stdout format raw local0` into global and `log global` into it",
		"stats socket ipv4@127.0.0.1:9999 level admin":      "haproxy.cfg:2: global lacks `stats socket ipv4@127.0.0.1:9999 level admin` -> write `stats socket ipv4@127.0.0.1:9999 level admin` into it",
		"stats timeout 1h":                                  "haproxy.cfg:2: global lacks `stats timeout 1h` -> write `stats timeout 1h` into it",
		"server-state-file /var/lib/goaround/servers.state": "haproxy.cfg:2: global lacks `server-state-file /var/lib/goaround/servers.state` -> write `server-state-file /var/lib/goaround/servers.state` into it",
		"mode http":                          "haproxy.cfg:30: backend web lacks `mode http` -> write `mode http` into it\nhaproxy.cfg:25: frontend public lacks `mode http` -> write `mode http` into it",
		"log global":                         "haproxy.cfg:25: frontend public does not log its requests to stdout -> write `log stdout format raw local0` into global and `log global` into it",
		"option idle-close-on-response":      "haproxy.cfg:25: frontend public lacks `option idle-close-on-response` -> write `option idle-close-on-response` into it",
		"load-server-state-from-file global": "haproxy.cfg:30: backend web lacks `load-server-state-from-file global` -> write `load-server-state-from-file global` into it",
		"resolvers docker":                   "haproxy.cfg: there is no section `resolvers docker` -> write it: `goaround proxy stanza` prints it",
		"nameserver dns 127.0.0.11:53":       "haproxy.cfg:15: resolvers docker lacks `nameserver dns 127.0.0.11:53` -> write `nameserver dns 127.0.0.11:53` into it",
		"timeout resolve 1s":                 "",
		"hold valid 1s":                      "haproxy.cfg:15: resolvers docker: hold valid is 10s, so a new address is found late -> write `hold valid 1s`",
		"hold nx 1s":                         "haproxy.cfg:15: resolvers docker: hold nx is 30s, so a new address is found late -> write `hold nx 1s`",
		"hold timeout 24h":                   "haproxy.cfg:15: resolvers docker: hold timeout is 30s, so the site goes down when the Docker daemon is silent for longer -> write `hold timeout 24h`",
		"hold refused 24h":                   "haproxy.cfg:15: resolvers docker: hold refused is 30s, so the site goes down when the Docker daemon is silent for longer -> write `hold refused 24h`",
		"hold other 24h":                     "haproxy.cfg:15: resolvers docker: hold other is 30s, so the site goes down when the Docker daemon is silent for longer -> write `hold other 24h`",
		"default_backend web":                "haproxy.cfg: no frontend sends to backend web -> write `use_backend web` or `default_backend web` into one",
		"backend web":                        "haproxy.cfg: there is no backend web for service web -> write one with a server for each slot: `goaround proxy stanza` prints it; or is it a worker? `order: start-first` in goaround.yaml says so",
		"server green web-green:8080 resolvers docker init-addr last,none weight 0": "haproxy.cfg:31: backend web lacks `server green web-green:8080 resolvers docker init-addr last,none weight 0` -> write `server green web-green:8080 resolvers docker init-addr last,none weight 0` into it",
	} {
		t.Run(old, func(t *testing.T) {
			if got := strings.Join(check(t, edited(t, old, "")), "\n"); got != want {
				t.Error(cmp.Diff(want, got))
			}
		})
	}
}

func TestWhatWouldMakeASwitchFailIsRefused(t *testing.T) {
	const (
		blue    = "server blue web-blue:8080 resolvers docker init-addr last,none weight 0 check inter 2s"
		write   = " -> write `server blue web-blue:8080 resolvers docker init-addr last,none weight 0`; checks and timeouts of the line may stay"
		balance = "balance leastconn"
		format  = `log-format '{"t":%[date(0,ms)],"b":"%b","s":"%s","st":%ST,"tc":%Tc,"rt":%Tr,"ta":%Ta,"ts":"%ts"}'`
		keep    = " keeps clients of backend web on a server whatever its weight -> remove it: a release must be able to take all clients along, and a rollback to bring all back"
	)
	for _, c := range []struct{ old, new, want string }{
		{balance, "cookie SRV insert indirect", "haproxy.cfg:32: `cookie SRV insert indirect`" + keep},
		{balance, "stick-table type ip size 1m", "haproxy.cfg:32: `stick-table type ip size 1m`" + keep},
		{balance, "stick on src", "haproxy.cfg:32: `stick on src`" + keep},
		{"timeout client 30s", "cookie SRV insert", "haproxy.cfg:11: `cookie SRV insert`" + keep},
		{balance, "use-server green if { path /x }", "haproxy.cfg:32: `use-server green if { path /x }`" + keep},
		{balance, "balance source", "haproxy.cfg:32: backend web hashes in a way that takes no new weights -> write `hash-type consistent` beside it"},
		{balance, "balance hdr(host)\nhash-type map-based", "haproxy.cfg:32: backend web hashes in a way that takes no new weights -> write `hash-type consistent` beside it"},
		{balance, "balance uri\n    hash-type consistent", ""},
		{balance, "balance static-rr", "haproxy.cfg:32: backend web uses an algorithm that takes no new weights -> write `balance roundrobin`"},
		{balance, "option prefer-last-server", ""},
		{balance, "server old 10.0.0.1:80", "haproxy.cfg:32: `server old` of backend web is none of base, blue and green, so a cutover would take its traffic away -> remove it, or move it to a backend of its own"},
		{balance, "server-template web 3 web:80", "haproxy.cfg:32: `server-template web` of backend web is none of base, blue and green, so a cutover would take its traffic away -> remove it, or move it to a backend of its own"},
		{blue, "server blue 172.18.0.4:8080 resolvers docker init-addr last,none weight 0", "haproxy.cfg:34: server blue of backend web: 172.18.0.4:8080 is an address, which another container may have after a restart, not the name web-blue:8080" + write},
		{blue, "server blue web:8080 resolvers docker init-addr last,none weight 0", "haproxy.cfg:34: server blue of backend web: it sends to web:8080, not to web-blue:8080" + write},
		{blue, "server blue web-blue:8080 weight 1", `haproxy.cfg:34: server blue of backend web: it has no resolvers, init-addr is "", not last,none, weight is "1", not 0` + write},
		{blue, "server blue web-blue:8080 resolvers docker init-addr last,libc,none weight 0", `haproxy.cfg:34: server blue of backend web: init-addr is "last,libc,none", not last,none` + write},
		{blue, "server blue web-blue:8080 resolvers docker init-addr last,none weight 0 cookie b", "haproxy.cfg:34: server blue of backend web: `cookie` works against the weights" + write},
		{blue, "server blue web-blue:8080 resolvers docker init-addr last,none weight 0 backup", "haproxy.cfg:34: server blue of backend web: `backup` works against the weights" + write},
		{blue, "default-server resolvers docker init-addr last,none\nserver blue web-blue:8080 weight 0", ""},
		{blue, "server blue web-blue:8080 resolvers other init-addr last,none weight 0", "haproxy.cfg: there is no section `resolvers other` -> write it: `goaround proxy stanza` prints it"},
		{"hold timeout 24h", "hold timeout 10s", "haproxy.cfg:22: resolvers docker: hold timeout is 10s, so the site goes down when the Docker daemon is silent for longer -> write `hold timeout 24h`"},
		{"hold timeout 24h", "hold timeout 2h", ""},
		{"nameserver dns 127.0.0.11:53", "parse-resolv-conf", ""},
		{"stats timeout 1h", "stats timeout 30s", "haproxy.cfg:2: global lacks `stats timeout 1h` -> write `stats timeout 1h` into it"},
		{"stats socket ipv4@127.0.0.1:9999 level admin", "stats socket ipv4@*:9999 level admin", "haproxy.cfg:4: the admin socket is not on the container's own loopback with level admin -> write `stats socket ipv4@127.0.0.1:9999 level admin`"},
		{"stats socket ipv4@127.0.0.1:9999 level admin", "stats socket ipv4@127.0.0.1:9999", "haproxy.cfg:4: the admin socket is not on the container's own loopback with level admin -> write `stats socket ipv4@127.0.0.1:9999 level admin`"},
		{"stats socket ipv4@127.0.0.1:9999 level admin", "stats socket /run/haproxy.sock\nstats socket 127.0.0.1:9999 level admin", ""},
		{"server-state-file /var/lib/goaround/servers.state", "server-state-file /tmp/state", "haproxy.cfg:6: the state of the servers is read from another file than the one that is written -> write `server-state-file /var/lib/goaround/servers.state`"},
		{"log stdout format raw local0", "log stdout format raw local0 notice", "haproxy.cfg:26: frontend public does not log its requests to stdout -> write `log stdout format raw local0` into global and `log global` into it"},
		{"log stdout format raw local0", "log 10.0.0.1:514 local0", "haproxy.cfg:26: frontend public does not log its requests to stdout -> write `log stdout format raw local0` into global and `log global` into it"},
		{"bind :80", "no log", "haproxy.cfg:26: frontend public does not log its requests to stdout -> write `log stdout format raw local0` into global and `log global` into it"},
		{"bind :80", "option dontlog-normal", "haproxy.cfg:26: frontend public has `option dontlog-normal`, so nobody sees how many requests went well -> write `no option dontlog-normal` into it"},
		{"bind :80", "no option idle-close-on-response", "haproxy.cfg:26: frontend public lacks `option idle-close-on-response` -> write `option idle-close-on-response` into it"},
		{format, "option httplog", "haproxy.cfg:28: frontend public does not log how each request went -> write `" + format + "` into it; a format of your own may stand before the {"},
		{format, strings.Replace(format, "'", `'%ci %{+Q}r `, 1), "haproxy.cfg:3: a long log line would lose its end -> write `log stdout len 4096 format raw local0`"},
		{"default_backend web", "use_backend %[path,map(/m)]", ""},
	} {
		t.Run(c.new, func(t *testing.T) {
			if got := strings.Join(check(t, edited(t, c.old, c.new)), "\n"); got != c.want {
				t.Error(cmp.Diff(c.want, got))
			}
		})
	}
}

func TestDefaultsHoldWhereTheyAreNamed(t *testing.T) {
	named := strings.Replace(team, "defaults\n", "defaults plain\n    mode tcp\ndefaults web-apps from plain\n", 1)
	named = strings.Replace(named, "frontend public\n", "defaults last\nfrontend public from web-apps\n", 1)
	named = strings.Replace(named, "\nbackend web\n", "\nbackend web from web-apps\n", 1)
	if found := check(t, named); found != nil {
		t.Error(cmp.Diff([]string(nil), found))
	}
	if found := check(t, strings.Replace(named, "backend web from web-apps", "backend web", 1)); len(found) != 2 {
		t.Errorf("the last defaults hold where none are named: %q", found)
	}
}

func TestAListenSectionIsBothSides(t *testing.T) {
	listen := strings.Replace(team, "    default_backend web\n\nbackend web\n", "", 1)
	listen = strings.Replace(listen, "frontend public", "listen web", 1)
	if found := check(t, listen); found != nil {
		t.Error(cmp.Diff([]string(nil), found))
	}
}

func TestAConfigurationInSeveralFilesIsRead(t *testing.T) {
	head, tail, _ := strings.Cut(team, "resolvers docker")
	files := []router.File{{Name: "10-base.cfg", Text: head}, {Name: "20-web.cfg", Text: "resolvers docker" + strings.Replace(tail, "weight 100", "weight 1", 1)}}
	found := haproxy.Check(files, shop)
	if len(found) != 1 || !strings.HasPrefix(found[0].Error(), "20-web.cfg:19: server base of backend web: weight") {
		t.Errorf("%v", found)
	}
}

func TestNoConfigurationIsOneFindingForEachPart(t *testing.T) {
	if found := haproxy.Check(nil, shop); len(found) == 0 {
		t.Error("nothing is found")
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(team)
	f.Add("global\n\"\\\n'#\nserver")
	f.Add("defaults from x\nbackend web from\nserver blue\nbalance\nlog\ndefault-server")
	f.Fuzz(func(t *testing.T, cfg string) {
		haproxy.Check([]router.File{{Name: "haproxy.cfg", Text: cfg}}, shop)
	})
}
