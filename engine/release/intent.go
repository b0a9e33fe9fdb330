package release

import "goaround/targets/text"

// Intent is what a person wants. It becomes events, or is refused with a *text.Problem
// that has a hint.
type Intent interface{ intent() }

type (
	// Answer answers an ASK item. A no needs a reason.
	Answer struct {
		Item string
		Yes  bool
		Why  text.Safe
	}
	// Skip leaves an item out; a key item cannot be. It needs a reason.
	Skip struct {
		Item string
		Why  text.Safe
	}
	// Rerun has the engine answer an item again.
	Rerun struct{ Item string }
	// Vote is go or no-go on the plan of that digest. A no-go needs a reason.
	Vote struct {
		Plan string
		Go   bool
		Why  text.Safe
	}
	// Hold lets running acts end and starts nothing new on the way forward; it stops a countdown.
	Hold struct{}
	// Unhold goes on.
	Unhold struct{}
	// Proceed passes the pause that is open: cutover, or close.
	Proceed struct{ Pause Pause }
	// Rollback moves the traffic back at once. Confirm holds the version where the way
	// back asks for it. Why is "one key" where empty.
	Rollback struct {
		Confirm text.Safe
		Why     text.Safe
	}
	// Explain says what the last rollback was for, once the traffic is back.
	Explain struct {
		Reason Reason
		Text   text.Safe
	}
	// Forward moves the traffic to the new version again, after a rollback.
	Forward struct{}
	// Extend makes the watch longer, by its planned length or ten minutes, the shorter.
	Extend struct{}
	// Abort ends the session before the cutover and takes down what was staged.
	Abort struct{ Why text.Safe }
	// Leave ends the session as held: all stays as it is.
	Leave struct{ Why text.Safe }
	// Say is a word to the crew; Mark makes it a chapter.
	Say struct {
		Text text.Safe
		Mark bool
	}
)

func (Answer) intent()   {}
func (Skip) intent()     {}
func (Rerun) intent()    {}
func (Vote) intent()     {}
func (Hold) intent()     {}
func (Unhold) intent()   {}
func (Proceed) intent()  {}
func (Rollback) intent() {}
func (Explain) intent()  {}
func (Forward) intent()  {}
func (Extend) intent()   {}
func (Abort) intent()    {}
func (Leave) intent()    {}
func (Say) intent()      {}
