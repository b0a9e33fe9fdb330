package flights

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"goaround/targets/compose/composetest"
	"goaround/targets/text"
)

const failingSmoke = `
checklist:
  during:
    - stage
    - smoke:
        - {get: /hostile, expect: {body: "what is not there"}}
    - cutover
`

// TestHostileBytesAndSecretsGetNowhere flies a release whose log, labels and answers hold
// what a terminal should not be given, and the value of a secret.
func TestHostileBytesAndSecretsGetNowhere(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "30m")
	image := s.Image(t, "hostile")

	undo := amend(t, s.Dir, "goaround.yaml", "allow_yes: true", "allow_yes: true\n"+failingSmoke)
	out := ada.must(t, 11, "deploy", image, "--yes", "--plain")
	mention(t, out, "/hostile 200", "expected `what is not there` in the body", "<secret API_TOKEN>", "| escape ·[2J")
	harmless(t, "deploy --plain", out)
	harmless(t, "deploy --json", ada.must(t, 11, "deploy", image, "--yes", "--json"))
	undo()

	visit(t, s, 320)
	f := ada.fly(t, "deploy", image, "--plain")
	f.toWatch()
	f.sees("web blue: error: after the long line")
	f.sees("web blue: error: ·[2Jescape ·bidi")
	f.say("leave")
	out = f.ends(12)
	mention(t, out, "return over token <secret API_TOKEN>")
	harmless(t, "a deploy that goes live", out)
	for _, args := range [][]string{
		{"status"}, {"status", "--json"}, {"check"}, {"replay", "latest"}, {"replay", "latest", "--json"}, {"sessions"}, {"rollback", "--json"},
	} {
		harmless(t, strings.Join(args, " "), ada.must(t, 0, args...))
	}
	code, out := ada.run(t, "plan", image)
	if code != 0 {
		t.Errorf("plan: exit %d\n%s", code, out)
	}
	harmless(t, "plan", out)
	harmless(t, "the recordings", ada.raw(t))
}

// harmless reports what of the app's log, labels and answers, or of its secret, is in a
// text as it came, or as JSON writes it.
func harmless(t testing.TB, where, said string) {
	t.Helper()
	if !utf8.ValidString(said) {
		t.Errorf("%s: not UTF-8", where)
	}
	for _, line := range strings.Split(said, "\n") {
		for _, r := range line {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co) {
				t.Errorf("%s: %U in %.300q", where, r, line)
				break
			}
		}
	}
	lower := strings.ToLower(said)
	for _, escaped := range []string{`\u001b`, `\x1b`, `\u202e`, `\u0007`, `\r`, `\xff`} {
		if strings.Contains(lower, escaped) {
			t.Errorf("%s: %s", where, escaped)
		}
	}
	if strings.Contains(said, composetest.Secret) {
		t.Errorf("%s: the secret", where)
	}
	if strings.Contains(said, strings.Repeat("long ", text.MaxLine/len("long ")+1)) {
		t.Errorf("%s: a line of more than %d bytes", where, text.MaxLine)
	}
}
