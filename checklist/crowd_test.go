package checklist_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"goaround/checklist"
)

func TestMoreThanNineItemsAtOnePauseAreACrowd(t *testing.T) {
	asks := func(n int) string { return strings.Repeat("    - ask: \"Well?\"\n", n) }
	for _, c := range []struct {
		pre, before, after, post int
		want                     []checklist.Crowd
	}{
		{pre: 9, before: 9, after: 4, post: 5},
		{pre: 10, want: []checklist.Crowd{{Pause: "the vote", Items: 10}}},
		{before: 10, want: []checklist.Crowd{{Pause: "the cutover", Items: 10}}},
		{after: 5, post: 6, want: []checklist.Crowd{{Pause: "the close", Items: 11}}},
		{pre: 12, post: 10, want: []checklist.Crowd{{Pause: "the vote", Items: 12}, {Pause: "the close", Items: 10}}},
	} {
		yaml := "app: shop\nrelease: {web: {port: 80}}\nchecklist:\n"
		if c.pre > 0 {
			yaml += "  pre:\n" + asks(c.pre)
		}
		yaml += "  during:\n    - stage\n" + asks(c.before) + "    - cutover\n" + asks(c.after)
		if c.post > 0 {
			yaml += "  post:\n" + asks(c.post)
		}
		file, errs := checklist.Parse("goaround.yaml", []byte(yaml))
		if len(errs) > 0 {
			t.Fatal(errs[0])
		}
		if got := file.Crowds(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", fmt.Sprint(c.pre, c.before, c.after, c.post), got, c.want)
		}
	}
}
