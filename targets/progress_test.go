package targets_test

import (
	"testing"

	"goaround/targets"
	"goaround/targets/text"
)

func TestProgressIsSaidInBytesAndTheirRate(t *testing.T) {
	send := text.Clean("send shop:v42")
	for want, p := range map[string]targets.Progress{
		"":                                       {},
		"send shop:v42":                          {Text: send, Done: 12},
		"send shop:v42, 0 of 89 MB":              {Text: send, Total: 89e6},
		"send shop:v42, 12 of 89 MB, 30 MB/s":    {Text: send, Done: 12e6, Total: 89e6, Rate: 30e6},
		"send shop:v42, 89 of 89 MB, 950 kB/s":   {Text: send, Done: 91e6, Total: 89e6, Rate: 950e3},
		"send shop:v42, 0.3 of 1.2 GB, 1.5 MB/s": {Text: send, Done: 31e7, Total: 12e8, Rate: 15e5},
		"send shop:v42, 10 of 10 kB":             {Text: send, Done: 9960, Total: 9960},
		"7 of 999 B":                             {Done: 7, Total: 999},
	} {
		if got := p.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOneLineATenthIsNews(t *testing.T) {
	var told []string
	var before targets.Progress
	for done := int64(0); done <= 89e6; done += 1e6 {
		p := targets.Progress{Text: text.Clean("send shop:v42"), Done: done, Total: 89e6}
		if p.News(before) {
			told = append(told, p.Moved())
		}
		before = p
	}
	if len(told) != 11 || told[0] != "0 of 89 MB" || told[10] != "89 of 89 MB" {
		t.Errorf("told %q", told)
	}
}
