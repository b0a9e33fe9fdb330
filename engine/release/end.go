package release

// Phase is where in its course a session is.
type Phase string

// The phases, in their order.
const (
	PhasePreflight Phase = "PREFLIGHT"
	PhaseStage     Phase = "STAGE"
	PhaseCutover   Phase = "CUTOVER"
	PhaseWatch     Phase = "WATCH"
	PhaseClose     Phase = "CLOSE"
	PhaseEnded     Phase = "ENDED"
)

// Pause is a point at which a person is waited for.
type Pause string

// The pauses. PauseVote: go or no-go. PauseStart: the planned time has come. PauseCutover: before traffic moves. PauseFix: a
// check failed, it can be run again or skipped. PauseClose: the watch is over, or the
// rollback is, and the session can be closed.
const (
	PauseNone    Pause = ""
	PauseVote    Pause = "vote"
	PauseStart   Pause = "start"
	PauseCutover Pause = "cutover"
	PauseFix     Pause = "fix"
	PauseClose   Pause = "close"
)

// End is how a session ended: exactly one.
type End string

// The ends.
const (
	EndNone       End = ""
	EndShipped    End = "shipped"
	EndLive       End = "live already"
	EndRolledBack End = "rolled back"
	EndAborted    End = "aborted before cutover"
	EndHeld       End = "held"
	EndMixed      End = "mixed"
	EndRefused    End = "refused by a check"
	EndLocked     End = "lease held by somebody else"
	EndFailed     End = "internal error"
)

// ExitCode is what the command that ran the session exits with.
func (e End) ExitCode() int {
	switch e {
	case EndShipped, EndLive:
		return 0
	case EndRolledBack:
		return 10
	case EndAborted:
		return 11
	case EndHeld:
		return 12
	case EndMixed:
		return 13
	case EndRefused:
		return 14
	case EndLocked:
		return 15
	}
	return 1
}
