package checklist_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"goaround/checklist"
)

func TestAFileThatIsTooLargeOrTooDeepIsRefused(t *testing.T) {
	const good = "app: shop\nrelease: {web: }\n"
	for name, c := range map[string]struct{ data, say string }{
		"a megabyte":          {good + strings.Repeat("# x\n", 1<<18), "the file has 1048603 bytes, more than the 65536 that are read"},
		"brackets":            {strings.Repeat("[", 60_000), "lists and maps are nested too deep here"},
		"braces":              {strings.Repeat("{a: ", 15_000), "lists and maps are nested too deep here"},
		"closed brackets":     {strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000), "lists and maps are nested too deep here"},
		"lists on a line":     {strings.Repeat("- ", 30_000) + "x", "lists and maps are nested too deep here"},
		"keys on a line":      {strings.Repeat("? ", 30_000) + "x", "lists and maps are nested too deep here"},
		"a bomb of aliases":   {"app: &a [x, x]\nwatch: &b [*a, *a]\nguard: [*b, *b]\n", "anchors (`&name`) are not used in this file"},
		"megabyte of bracket": {strings.Repeat("[", 1<<20), "the file has 1048576 bytes, more than the 65536 that are read"},
	} {
		t.Run(name, func(t *testing.T) {
			f, errs := checklist.Parse("goaround.yaml", []byte(c.data))
			said := func(err *checklist.Error) bool { return err.Say == c.say }
			if f != nil || !slices.ContainsFunc(errs, said) {
				t.Fatalf("got %v, %v, want the error %q", f, errs, c.say)
			}
		})
	}
}

func TestIndentationIsBoundedByTheSize(t *testing.T) {
	var b strings.Builder
	for depth := 0; b.Len() < 60_000; depth++ {
		b.WriteString(strings.Repeat(" ", depth) + "a:\n")
	}
	if _, errs := checklist.Parse("goaround.yaml", []byte(b.String())); len(errs) == 0 {
		t.Fatal("no error")
	}
}

func TestWhatIsNoTextIsRefusedInItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		data         string
		line, column int
	}{
		"not UTF-8":       {"app: shop\nrelease: {w\xffeb: }\n", 2, 12},
		"escape":          {"app: \x1b[31mshop\n", 1, 6},
		"null byte":       {"app: shop\n\x00", 2, 1},
		"lone CR":         {"app: sh\rop\n", 1, 8},
		"C1 control":      {"é: \u009b31m\n", 1, 4},
		"PNG":             {"\x89PNG\r\n\x1a\n", 1, 1},
		"UTF-16 with BOM": {"\xff\xfea\x00", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := checklist.Parse("goaround.yaml", []byte(c.data))
			if len(errs) != 1 || errs[0].Line != c.line || errs[0].Column != c.column {
				t.Fatalf("got %v, want one error at %d:%d", errs, c.line, c.column)
			}
			checkSafe(t, errs[0])
		})
	}
}

func TestWhatAnErrorQuotesIsSafeForATerminal(t *testing.T) {
	for name, data := range map[string]string{
		"escaped in quotes": `app: "\e[31m\u0007\r\n\u202Eshop"`,
		"bidi in a key":     "\u202Epohs: x",
		"bidi in a value":   "cutover: \u2066auto\u2069",
		"zero width":        "cut\u200Bover: ask",
		"line separator":    "cut\u2028over: ask",
		"very long":         strings.Repeat("x", 60_000) + ": 1",
		"escape in pattern": `checklist: {during: [{smoke: [{get: /, capture: {a: "(\e[31m"}}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := checklist.Parse("evil\x1b[31m.yaml", []byte(data))
			if len(errs) == 0 {
				t.Fatal("no error")
			}
			for _, err := range errs {
				checkSafe(t, err)
			}
		})
	}
}

func TestACaretStandsUnderTheFault(t *testing.T) {
	for name, data := range map[string]string{
		"cleaned characters": "watch: {\u202E\u200B: 1, X: 1}",
		"tabs":               "checklist: {pre: [{ask: 'a\tb\t', X: 1}]}",
		"accents":            "watch: {é: 1, ü: 2, X: 1}",
		"far to the right":   "watch: {" + strings.Repeat("é", 300) + ": 1, X: 1, " + strings.Repeat("y", 300) + ": 2}",
		"CRLF":               "app: shop\r\nwatch: {X: 1}\r\n",
		"BOM":                "\uFEFFX: 1",
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := checklist.Parse("goaround.yaml", []byte(data))
			for _, err := range errs {
				if err.Say != "unknown field `X`" {
					continue
				}
				lines := strings.Split(strings.TrimSuffix(err.Excerpt, "\n"), "\n")
				source, caret := []rune(lines[len(lines)-2]), lines[len(lines)-1]
				if at := len([]rune(caret)) - 1; at >= len(source) || source[at] != 'X' {
					t.Fatalf("the caret is not under the X:\n%s", err.Excerpt)
				}
				return
			}
			t.Fatalf("X is not reported: %v", errs)
		})
	}
}

// checkSafe fails if a text of the error could do something to a terminal, or has no
// place or no hint.
func checkSafe(t *testing.T, err *checklist.Error) {
	t.Helper()
	if err.Line < 1 || err.Column < 1 || err.Say == "" || err.Hint == "" {
		t.Errorf("incomplete: %+v", err)
	}
	for _, s := range []string{err.Error(), err.Hint} {
		if strings.Contains(s, "\n") {
			t.Errorf("more than one line: %q", s)
		}
	}
	bad := strings.IndexFunc(err.Render(), func(c rune) bool {
		return c != '\n' && unicode.In(c, unicode.C, unicode.Zl, unicode.Zp)
	})
	if bad >= 0 {
		t.Errorf("unsafe at %d: %q", bad, err.Render())
	}
	for _, line := range strings.Split(err.Excerpt, "\n") {
		if len([]rune(line)) > 500 {
			t.Errorf("a line of %d characters", len(line))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("app: shop\nrelease: {web: {port: 80}}\n"))
	f.Add([]byte("checklist: {during: [stage, {smoke: [{get: '/{{a}}', capture: {a: (b)}}]}, cutover]}"))
	f.Add([]byte("a: &x 1\nb: *x\n? c\n: !!str d\n<<: {e: |\n  f\n"))
	f.Add([]byte("watch: {for: 1h30}\nguard: {errors: 5}\n---\n%A\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, errs := checklist.Parse("goaround.yaml", data)
		if (file == nil) == (len(errs) == 0) {
			t.Fatalf("got file %v and errors %v", file, errs)
		}
		for i, err := range errs {
			checkSafe(t, err)
			if i > 0 && (err.Line < errs[i-1].Line || err.Line == errs[i-1].Line && err.Column < errs[i-1].Column) {
				t.Errorf("%v comes after %v", err, errs[i-1])
			}
		}
	})
}
