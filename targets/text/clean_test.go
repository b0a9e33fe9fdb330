package text_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"goaround/targets/text"
)

func TestOrdinaryTextStaysAsItIs(t *testing.T) {
	for _, s := range []string{
		"",
		"GET /orders/42 200 in 12 ms",
		"Bestellung für 3,50 € angelegt, ½ Stück",
		"e\u0301te\u0301, Việt Nam, עברית, العربية, हिन्दी",
		"日本語のログ 한국어",
		"deployed 🚀 ✔ ⚠ 👍",
		"a < b && c > d \"quoted\" 'too' \\n",
		strings.Repeat("x", text.MaxLine),
		strings.Repeat("é", text.MaxLine/2),
	} {
		if got := text.Clean(s).String(); got != s {
			t.Errorf("Clean(%q) = %q", s, got)
		}
	}
}

func TestDangerousCharactersBecomeDots(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"carriage return overwrites", "all good\rpanic", "all good panic"},
		{"line end goes", "ready\r\n", "ready"},
		{"line break in the middle", "one\ntwo\u2028three\u2029four", "one two three four"},
		{"tab", "a\tb", "a    b"},
		{"colour", "\x1b[31mred\x1b[0m", "·[31mred·[0m"},
		{"cursor", "\x1b[2J\x1b[Hfake screen", "·[2J·[Hfake screen"},
		{"clipboard, OSC 52", "\x1b]52;c;cm0gLXJmIC8=\x07", "·]52;c;cm0gLXJmIC8=·"},
		{"title, OSC with ST", "\x1b]0;root\x1b\\", "·]0;root·\\"},
		{"DCS", "\x1bP$q\"p\x1b\\", "·P$q\"p·\\"},
		{"C1 CSI as a character", "\u009b31m", "·31m"},
		{"C1 CSI as a byte", "\x9b31m", "\uFFFD31m"},
		{"next line, C1", "a\u0085b", "a·b"},
		{"NUL, backspace, delete", "a\x00b\x08c\x7fd", "a·b·c·d"},
		{"bidi override", "user\u202Enimda", "user·nimda"},
		{"bidi isolates", "\u2066a\u2067b\u2068c\u2069", "·a·b·c·"},
		{"bidi marks", "a\u200Eb\u200Fc\u061Cd", "a·b·c·d"},
		{"zero width", "pass\u200Bwo\u200Crd\u2060\uFEFF", "pass·wo·rd··"},
		{"soft hyphen", "co\u00ADop", "co·op"},
		{"joined emoji", "👩\u200D💻", "👩·💻"},
		{"emoji presentation", "⚠\uFE0F disk", "⚠ disk"},
		{"selector of a letter", "a\uFE0F", "a·"},
		{"second selector", "⚠\uFE0F\uFE0F", "⚠·"},
		{"supplementary selector", "葛\U000E0100", "葛·"},
		{"tags", "\U000E0001\U000E0041", "··"},
		{"fillers", "a\u3164b\u115Fc\u034Fd", "a·b·c·d"},
		{"private use", "\uE0A0 main", "· main"},
		{"not a character", "a\uFFFEb\U0010FFFF", "a·b·"},
		{"invalid UTF-8", "a\xff\xc3(\xe2\x82", "a\uFFFD\uFFFD(\uFFFD\uFFFD"},
		{"surrogate half", "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
		{"overlong slash", "\xc0\xaf", "\uFFFD\uFFFD"},
	} {
		if got := text.Clean(c.raw).String(); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.raw, got, c.want)
		}
	}
}

func TestTowersOfMarksAreBroken(t *testing.T) {
	run, longest := 0, 0
	for _, r := range text.Clean("a" + strings.Repeat("\u0301\u0489", 200)).String() {
		if run++; !unicode.Is(unicode.M, r) {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest == 0 || longest > 4 {
		t.Errorf("%d marks on one character, want 1 to 4", longest)
	}
}

func TestALongLineIsCutBetweenCharacters(t *testing.T) {
	for _, unit := range []string{"x", "é", "日", "🚀", "\t", "\xff", "\u202E"} {
		got := text.Clean(strings.Repeat(unit, 1<<20)).String()
		if len(got) > text.MaxLine || len(got) < text.MaxLine-8 || !strings.HasSuffix(got, "…") || !utf8.ValidString(got) {
			t.Errorf("1 Mi of %q: %d bytes, ends in %q", unit, len(got), got[len(got)-8:])
		}
	}
	if got := text.Clean("⚠" + strings.Repeat("\uFE0F", 1<<20)).String(); !strings.HasSuffix(got, "…") {
		t.Errorf("a cut is not shown: ends in %q", got[len(got)-8:])
	}
}

func TestDecodingCleansAgain(t *testing.T) {
	var v struct {
		T text.Safe            `json:"t"`
		M map[text.Safe]string `json:"m"`
	}
	in := `{"t":"a\u001b[2Jb\ud800","m":{"k\u202e":"v"}}`
	if err := json.Unmarshal([]byte(in), &v); err != nil {
		t.Fatal(err)
	}
	if got := v.T.String(); got != "a·[2Jb\uFFFD" {
		t.Errorf("decoded %q", got)
	}
	if v.M[text.Clean("k·")] != "v" {
		t.Errorf("decoded keys %v", v.M)
	}
	if err := json.Unmarshal([]byte(`{"t":42}`), &v); err == nil {
		t.Error("a number was taken for a line")
	}
}

func TestAMarkStaysReadableInAFile(t *testing.T) {
	got, err := text.Clean("<secret A> & co").MarshalJSON()
	if err != nil || string(got) != `"<secret A> & co"` {
		t.Errorf("%s, %v", got, err)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a", "\r\n", "\x1b[31m", "\u202e", "⚠\uFE0Fa\uFE0F", "e\u0301\u0301\u0301\u0301\u0301\u0301", "\xe2\x82"} {
		f.Add(s, 1)
	}
	f.Add("x🚀\t", 700)
	f.Fuzz(func(t *testing.T, s string, times int) {
		if times < 1 || times > 5000 || len(s)*times > 1<<16 {
			t.Skip()
		}
		safe := text.Clean(strings.Repeat(s, times))
		checkSafe(t, safe)
	})
}

// checkSafe holds what is promised of every Safe.
func checkSafe(t *testing.T, safe text.Safe) {
	t.Helper()
	s := safe.String()
	if len(s) > text.MaxLine || !utf8.ValidString(s) {
		t.Errorf("%d bytes, valid %t: %q", len(s), utf8.ValidString(s), s)
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' ||
			unicode.In(r, unicode.C, unicode.Bidi_Control, unicode.Join_Control, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			t.Errorf("%U in %q", r, s)
		}
	}
	if again := text.Clean(s); again.String() != s {
		t.Errorf("cleaned again: %q, before %q", again, s)
	}
	b, err := json.Marshal(safe)
	var back text.Safe
	if err == nil {
		err = json.Unmarshal(b, &back)
	}
	if err != nil || !back.Equal(safe) {
		t.Errorf("back from JSON: %q, was %q (%v)", back, s, err)
	}
}
