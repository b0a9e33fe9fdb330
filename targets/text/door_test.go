package text_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"goaround/targets/text"
)

const (
	password = "hunter2/pass+word ü"
	key      = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIAbcdefghijklmnopqrstuv\nwx==\n-----END EC PRIVATE KEY-----\n"
)

func TestAKnownSecretIsTakenOutInEachForm(t *testing.T) {
	door := text.NewDoor(map[string]string{"DB_PASSWORD": password, "PIN": "1234567"})
	std, web := base64.StdEncoding, base64.URLEncoding
	for _, form := range []string{
		password,
		url.QueryEscape(password),
		url.PathEscape(password),
		std.EncodeToString([]byte(password)),
		web.EncodeToString([]byte(password)),
		strings.TrimRight(std.EncodeToString([]byte(password)), "="),
		strings.TrimRight(web.EncodeToString([]byte(password)), "="),
	} {
		want := "a=<secret DB_PASSWORD>; b"
		if got := door.Line("a=" + form + "; b").String(); got != want {
			t.Errorf("Line with %q = %q, want %q", form, got, want)
		}
	}
	if got := door.Line("pin 1234567").String(); got != "pin 1234567" {
		t.Errorf("a value of 7 bytes was looked for: %q", got)
	}
}

func TestASecretInsideLongerBase64IsTakenOut(t *testing.T) {
	door := text.NewDoor(map[string]string{"DB_PASSWORD": "correct horse"})
	for _, user := range []string{"", "a", "ab", "abc", "admin:"} {
		for _, after := range []string{"", "!", "\"}"} {
			header := base64.StdEncoding.EncodeToString([]byte(user + "correct horse" + after))
			got := door.Redact("Authorization: Basic " + header)
			if !strings.Contains(got, "<secret DB_PASSWORD>") || len(got)-len("<secret DB_PASSWORD>") > len("Authorization: Basic ")+len(header)-16 {
				t.Errorf("user %q: %q", user, got)
			}
		}
	}
}

func TestASecretWithQuotesIsTakenOutOfJSON(t *testing.T) {
	door := text.NewDoor(map[string]string{"TOKEN": `a"b\c<d>efgh`})
	if got := door.Redact(`{"token":"a\"b\\c<d>efgh"}`); got != `{"token":"<secret TOKEN>"}` {
		t.Errorf("got %q", got)
	}
}

func TestEachLineOfASecretCounts(t *testing.T) {
	door := text.NewDoor(map[string]string{"TLS_KEY": key, "FILE": "swordfish-9\r\n"})
	for raw, want := range map[string]string{
		"x MHcCAQEEIAbcdefghijklmnopqrstuv y": "x <secret TLS_KEY> y",
		"wx==":                                "wx==",
		"read swordfish-9 from it":            "read <secret FILE> from it",
		"all: " + key:                         "all: <secret TLS_KEY>",
	} {
		if got := door.Line(raw).String(); got != want {
			t.Errorf("Line(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestTheLongestSecretWins(t *testing.T) {
	door := text.NewDoor(map[string]string{
		"PASSWORD":     "hunter2pass",
		"DATABASE_URL": "postgres://app:hunter2pass@db/shop",
		"TWIN":         "hunter2pass",
	})
	for raw, want := range map[string]string{
		"to postgres://app:hunter2pass@db/shop":  "to <secret DATABASE_URL>",
		"to postgres://app:hunter2pass@db/other": "to postgres://app:<secret PASSWORD>@db/other",
	} {
		if got := door.Redact(raw); got != want {
			t.Errorf("Redact(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestSecretsThatOverlapLeaveNothingBehind(t *testing.T) {
	door := text.NewDoor(map[string]string{"A": "abcdefgh-12345", "B": "12345-ijklmnopqrst"})
	if got := door.Redact("<abcdefgh-12345-ijklmnopqrst>"); got != "<<secret A>>" {
		t.Errorf("got %q", got)
	}
}

func TestTokensAreKnownByTheirShape(t *testing.T) {
	var none *text.Door
	r := strings.Repeat
	for raw, want := range map[string]string{
		"id AKIAIOSFODNN7EXAMPLE.": "id <secret AWS-KEY>.",
		"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY":     "aws_secret_access_key = <secret AWS-KEY>",
		`AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"`:     `AWS_SECRET_ACCESS_KEY="<secret AWS-KEY>"`,
		"clone ghp_" + r("aB3", 12) + " ok":                                    "clone <secret GITHUB-TOKEN> ok",
		"github_pat_" + r("1A", 11) + "_" + r("z", 59):                         "<secret GITHUB-TOKEN>",
		"xoxb-" + "123456789012-abcdefghijkl":                                  "<secret SLACK-TOKEN>",
		"xapp-" + "1-A0123456789-b":                                            "<secret SLACK-TOKEN>",
		"https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXX":   "https://hooks.slack.com/services/<secret SLACK-TOKEN>",
		"t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s-_x;":                         "t=<secret JWT>;",
		"Authorization: Bearer abc.DEF-123_~+/==":                              "Authorization: Bearer <secret BEARER>",
		"authorization: bearer 0123456789":                                     "authorization: bearer <secret BEARER>",
		"dial postgres://app:s3c@ret@db:5432/shop":                             "dial postgres://app:<secret PASSWORD>@db:5432/shop",
		"redis://:pw@cache, amqp://u:p@mq":                                     "redis://:<secret PASSWORD>@cache, amqp://u:<secret PASSWORD>@mq",
		`key "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----"`: `key "<secret PRIVATE-KEY>"`,
		`-----BEGIN RSA PRIVATE KEY-----\n` + r("Ab+/", 16) + `\n, cut`:        `<secret PRIVATE-KEY>\n, cut`,
		"a key starts with -----BEGIN PRIVATE KEY-----, this one does not":     "a key starts with <secret PRIVATE-KEY>, this one does not",
	} {
		got := none.Line(raw).String()
		if got != want {
			t.Errorf("Line(%q) = %q, want %q", raw, got, want)
		}
		if again := none.Redact(got); again != got {
			t.Errorf("redacted again: %q, before %q", again, got)
		}
	}
}

func TestWhatOnlyLooksRandomStays(t *testing.T) {
	var none *text.Door
	for _, raw := range []string{
		"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"container 4f5c2d8e9a1b, commit 20dc378a7c1e4d5f6a7b8c9d0e1f2a3b4c5d6e7f",
		"http://web-1:8080/cart?mail=ana@example.org",
		`{"url":"http://web-1:8080","mail":"ana@example.org"}`,
		"https://user@example.org/x", "bearer of news", "eyJhbGciOiJIUzI1NiJ9",
		"-----BEGIN CERTIFICATE-----", "github.com/ghost/ghp_ and xoxo-xoxo", "AKIA and ASIA",
	} {
		if got := none.Line(raw).String(); got != raw {
			t.Errorf("Line(%q) = %q", raw, got)
		}
	}
}

func TestACutNeverLeavesTheStartOfASecret(t *testing.T) {
	secret := strings.Repeat("0123456789abcdef", 20)
	door := text.NewDoor(map[string]string{"LONG": secret, "FILL": "fill-fill-fill-fill-fill-fill-fill"})
	for before := range 70 {
		raw := strings.Repeat("fill-fill-fill-fill-fill-fill-fill", 230) + strings.Repeat(".", 50+5*before) + secret
		got := door.Line(raw + strings.Repeat("x", 1<<16)).String()
		if strings.Contains(got, secret[:16]) {
			t.Fatalf("%d bytes before: %q", before, got[len(got)-200:])
		}
	}
}

func TestCleaningNeverPutsASecretTogether(t *testing.T) {
	door := text.NewDoor(map[string]string{"PHRASE": "correct horse battery"})
	for _, raw := range []string{"correct\nhorse\rbattery", "correct horse\u2028battery"} {
		if got := door.Line(raw).String(); got != "<secret PHRASE>" {
			t.Errorf("Line(%q) = %q", raw, got)
		}
	}
}

func TestTheNameOfASecretIsCleanedToo(t *testing.T) {
	door := text.NewDoor(map[string]string{"A\x1b[2J": "swordfish-9"})
	if got := door.Redact("swordfish-9"); got != "<secret A·[2J>" {
		t.Errorf("got %q", got)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("x=", "hunter2pass", "; y", "correct horse battery")
	f.Add("postgres://u:", "p@ss/word", "@db", "word@db/x")
	f.Add("\x1b[31m", "a\tb\nc\x00defgh", "\u202e", "12345678")
	f.Add("eyJhbGciOi.eyJ", "abcdabcdabcd", "Bearer ", "cdabcdabcdab")
	f.Fuzz(func(t *testing.T, before, secret, after, other string) {
		if strings.ContainsAny(secret+other, "<>") || strings.Contains("<secret A><secret B>"+kindMarks, secret) || strings.Contains("<secret A><secret B>"+kindMarks, other) {
			t.Skip("part of a mark")
		}
		door := text.NewDoor(map[string]string{"A": secret, "B": other})
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
			raw := before + form + after + other + form
			for _, v := range []string{secret, other} {
				if got := door.Redact(raw); len(v) >= 8 && strings.Contains(got, v) {
					t.Errorf("Redact(%q) = %q shows %q", raw, got, v)
				}
				if got := door.Line(raw).String(); len(v) >= 8 && strings.Contains(got, v) && !strings.Contains(v, "…") {
					t.Errorf("Line(%q) = %q shows %q", raw, got, v)
				}
			}
			checkSafe(t, door.Line(raw))
		}
	})
}

const kindMarks = "<secret AWS-KEY><secret GITHUB-TOKEN><secret SLACK-TOKEN><secret JWT><secret BEARER><secret PASSWORD><secret PRIVATE-KEY>"

func BenchmarkLine(b *testing.B) {
	secrets := map[string]string{}
	for i := range 50 {
		secrets[fmt.Sprint("SECRET_", i)] = fmt.Sprintf("value-%d-%032x", i, i*7919)
	}
	door := text.NewDoor(secrets)
	for name, raw := range map[string]string{
		"200B": strings.Repeat("GET /orders 200 ", 13)[:200],
		"1MB":  strings.Repeat("\x1b[31mé", 1<<17),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				door.Line(raw)
			}
		})
	}
}
