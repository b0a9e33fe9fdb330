package compose_test

import (
	"strings"
	"testing"

	"goaround/targets/compose/composetest"
)

func TestTheProxysOwnFileIsChecked(t *testing.T) {
	t.Parallel()
	s := composetest.New(t)
	if found := open(t, s).Check(t.Context()); len(found) > 0 {
		t.Errorf("refused: %s", list(found))
	}
	edit(t, s.Dir+"/haproxy/haproxy.cfg", func(file string) string {
		return strings.Replace(file, "    hold timeout  24h\n", "", 1)
	})
	found := open(t, s).Check(t.Context())
	if len(found) != 1 || !strings.Contains(found[0].Say.String(), "haproxy/haproxy.cfg:") || !strings.Contains(found[0].Hint.String(), "hold timeout") {
		t.Errorf("without a long hold: %s", list(found))
	}
	edit(t, s.Dir+"/compose.yaml", func(file string) string {
		return strings.Replace(file, "./haproxy:", "./elsewhere:", 1)
	})
	if found := open(t, s).Check(t.Context()); len(found) != 1 || found[0].Code != "proxy-file" {
		t.Errorf("with a file that is not there: %s", list(found))
	}
}

func TestTheStanzaIsWhatTheCheckAsksFor(t *testing.T) {
	s := composetest.New(t)
	stanza := open(t, s).Stanza()
	for _, line := range []string{"server green web-green:8080", "hold timeout", "option idle-close-on-response"} {
		if !strings.Contains(stanza, line) {
			t.Errorf("the stanza lacks %q:\n%s", line, stanza)
		}
	}
}
