package release_test

import (
	"testing"

	"goaround/engine/release"
)

func TestAReasonIsReadAsItIsTyped(t *testing.T) {
	for typed, want := range map[string]struct {
		reason release.Reason
		words  string
	}{
		"data":                              {release.ReasonData, ""},
		"data orders doubled":               {release.ReasonData, "orders doubled"},
		"Security: a token in the log":      {release.ReasonSecurity, "a token in the log"},
		"third party the provider is down":  {release.ReasonThirdParty, "the provider is down"},
		"third-party: the provider is down": {release.ReasonThirdParty, "the provider is down"},
		"behaviour":                         {release.ReasonBehaviour, ""},
		"other":                             {release.ReasonOther, ""},
		"database is slow":                  {release.ReasonOther, "database is slow"},
		"  the cart forgets  ":              {release.ReasonOther, "the cart forgets"},
	} {
		if reason, words := release.ReadReason(typed); reason != want.reason || words.String() != want.words {
			t.Errorf("%q: %q, %q", typed, reason, words)
		}
	}
}

func TestARollbackSaysWhatItWasFor(t *testing.T) {
	st := ready(nil).watching().back(ana)
	if _, open := st.s.Unexplained(); open {
		t.Error("a reason is asked before the traffic is back")
	}
	st.returned()
	if sw, open := st.s.Unexplained(); !open || sw.Reasoning() != "no reason given" {
		t.Errorf("%v, %q", open, sw.Reasoning())
	}
	for in, want := range map[release.Explain]string{
		explain("data"):                        "data",
		explain("behaviour: the cart forgets"): "behaviour: the cart forgets",
		explain("it is raining"):               "other: it is raining",
	} {
		bodies, err := release.Decide(st.s, ana, in)
		if err != nil {
			t.Fatal(err)
		}
		sw, _ := st.tell(ana, bodies...).s.Rollback()
		if _, open := st.s.Unexplained(); open || sw.Reasoning() != want {
			t.Errorf("%v: %q, asked again: %v", in, sw.Reasoning(), open)
		}
	}
	guard := ready(nil).watching().back(release.Engine()).returned()
	if sw, open := guard.s.Unexplained(); open || sw.Name != "" && sw.Reasoning() != "one key" {
		t.Errorf("of the guard's rollback a reason is asked: %q", sw.Reasoning())
	}
}

func explain(typed string) release.Explain {
	reason, words := release.ReadReason(typed)
	return release.Explain{Reason: reason, Text: words}
}
