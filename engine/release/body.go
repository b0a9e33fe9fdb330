package release

import (
	"encoding/json"
	"time"

	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
)

// SessionStarted is the first event of every session.
type SessionStarted struct {
	ID      string            `json:"id"`
	App     string            `json:"app"`
	Env     string            `json:"env"`
	Version string            `json:"version"` // of goaround
	Ask     map[string]string `json:"ask"`     // service to image, as asked for
	Hosts   []string          `json:"hosts"`
	Yes     bool              `json:"yes,omitempty"`   // --yes: the engine answers for the person
	Speed   float64           `json:"speed,omitempty"` // demo: holds, countdowns and the watch are divided by it
	Demo    bool              `json:"demo,omitempty"`
	At      time.Time         `json:"at,omitzero"`       // nothing is staged before
	Back    bool              `json:"back,omitempty"`    // `goaround rollback`: the way back from what the hosts show, no plan
	Why     text.Safe         `json:"why,omitzero"`      // Back: what it is for, if that was said with the command
	Asks    bool              `json:"asks,omitempty"`    // Back: somebody is there who can be asked what it was for
	Resumes string            `json:"resumes,omitempty"` // the session that this one goes on with
}

// StepStarted says that a step of the plan begins, or one of the preparations ("lease",
// "images", "observe"). It is on disk before the act.
type StepStarted struct {
	Step  string `json:"step"`
	Title string `json:"title"`
}

// StepFinished says how it ended.
type StepFinished struct {
	Step    string        `json:"step"`
	Took    time.Duration `json:"took"`
	Problem *text.Problem `json:"problem,omitempty"`
}

// OpStarted says that an operation on a host begins. It is on disk before the act,
// except on the way back, which never waits for the disk more than 250 ms.
type OpStarted struct {
	Op   targets.Op `json:"op"`
	Step string     `json:"step"` // the step, or the switch, it belongs to
}

// OpProgressed is a word about an operation, or a step without any, that is still running.
type OpProgressed struct {
	ID       string    `json:"id"`
	Host     string    `json:"host,omitempty"` // of a step: the host that it is about
	Text     text.Safe `json:"text,omitzero"`
	Done     int64     `json:"done,omitempty"` // bytes
	Total    int64     `json:"total,omitempty"`
	Rate     int64     `json:"rate,omitempty"`      // bytes a second
	InFlight int       `json:"in_flight,omitempty"` // retire: what the drain still waits for
	Cut      int       `json:"cut,omitempty"`       // retire: what was cut when the drain was over
}

// OpFinished says how an operation ended. Unknown: nobody knows whether it was done.
type OpFinished struct {
	ID      string        `json:"id"`
	Took    time.Duration `json:"took"`
	Unknown bool          `json:"unknown,omitempty"`
	Problem *text.Problem `json:"problem,omitempty"`
}

// HostsObserved is a snapshot of the hosts.
type HostsObserved struct {
	Observed targets.Observed `json:"observed"`
}

// PlanFrozen is the plan that votes bind to.
type PlanFrozen struct {
	Plan plan.Plan `json:"plan"`
}

// LeaseTaken says that this session may change the target.
type LeaseTaken struct{}

// LeaseLost says that somebody else has it now; this session changes nothing more.
type LeaseLost struct {
	To text.Safe `json:"to"`
}

// LeaseReleased says that it was given back.
type LeaseReleased struct{}

// PhaseEntered says where in its course the session is.
type PhaseEntered struct {
	Phase Phase `json:"phase"`
}

// ItemStarted says that the engine has begun to answer an item.
type ItemStarted struct {
	Item string `json:"item"`
}

// ItemReopened says that an item is to be answered again.
type ItemReopened struct {
	Item string `json:"item"`
}

// ItemAnswered is the answer to an item: by a person, or with the engine's evidence.
type ItemAnswered struct {
	Item     string        `json:"item"`
	OK       bool          `json:"ok"`
	Evidence text.Safe     `json:"evidence,omitzero"` // or the person's reason
	More     []text.Safe   `json:"more,omitempty"`
	Took     time.Duration `json:"took,omitempty"`
}

// ItemSkipped says that a person left an item out, and why.
type ItemSkipped struct {
	Item string    `json:"item"`
	Why  text.Safe `json:"why"`
}

// BaselineLearned is what the guard knows of the old version, for each service.
type BaselineLearned struct {
	Baselines []guard.Baseline  `json:"baselines"`
	Foresight []guard.Foresight `json:"foresight"`
}

// Voted is a go or a no-go on the plan of that digest.
type Voted struct {
	Plan string    `json:"plan"`
	Go   bool      `json:"go"`
	Why  text.Safe `json:"why,omitzero"`
}

// Held says that nothing new is started on the way forward.
type Held struct{}

// Unheld says that it goes on.
type Unheld struct{}

// PauseOpened says that a person is waited for.
type PauseOpened struct {
	Pause Pause `json:"pause"`
}

// PausePassed says that they said go on.
type PausePassed struct {
	Pause Pause `json:"pause"`
}

// SwitchStarted says that traffic is being moved to a slot that is there already.
type SwitchStarted struct {
	Name string    `json:"name"` // "back-1", "forward-2"
	Way  plan.Way  `json:"way"`
	Why  text.Safe `json:"why"` // "one key", "guard: errors 8 % > 5 %"
}

// TrafficMoved says that the proxies of all hosts have confirmed a slot. Took counts
// from the intent of a switch, or from the start of the cutover.
type TrafficMoved struct {
	Switch string        `json:"switch,omitempty"` // empty: the cutover
	To     targets.Slot  `json:"to"`
	Took   time.Duration `json:"took"`
}

// SwitchFinished says that a switch is over. Mixed names the hosts that still send
// their traffic elsewhere; Unwritten those on which it would not survive a restart of the proxy.
type SwitchFinished struct {
	Name      string        `json:"name"`
	Mixed     []string      `json:"mixed,omitempty"`
	Unwritten []string      `json:"unwritten,omitempty"`
	Problem   *text.Problem `json:"problem,omitempty"`
}

// Explained says what a rollback was for. A later one takes its place.
type Explained struct {
	Switch string    `json:"switch"`
	Reason Reason    `json:"reason"`
	Text   text.Safe `json:"text,omitzero"`
}

// WatchStarted says until when, in time since the session's start, the new version is
// watched. A later one extends the watch.
type WatchStarted struct {
	Until time.Duration `json:"until"`
}

// Ticked is what was answered in the seconds just over.
type Ticked struct {
	Ticks  []tick.Tick `json:"ticks"`
	Active []InFlight  `json:"active,omitempty"`
}

// InFlight is how many requests of a slot have no answer yet.
type InFlight struct {
	targets.Where
	N int `json:"n"`
}

// VitalsSeen is how the instances are; only those that changed, and all every 5 s.
type VitalsSeen struct {
	Vitals []targets.Vital `json:"vitals"`
}

// Logged is lines of the instances' logs. Dropped counts those that were too many.
type Logged struct {
	Lines   []targets.Line `json:"lines"`
	Dropped int            `json:"dropped,omitempty"`
}

// Rehearsed says that a host's proxy has just answered over the connection that a switch
// takes.
type Rehearsed struct {
	Host string        `json:"host"`
	Took time.Duration `json:"took"`
}

// AlarmRaised is something a person should know at once; AlarmCleared: it is over.
type AlarmRaised struct {
	Host    string        `json:"host"`
	Problem *text.Problem `json:"problem"`
}

// AlarmCleared says that an alarm of that code and host is over.
type AlarmCleared struct {
	Host string `json:"host"`
	Code string `json:"code"`
}

// Judged is the guard's verdict, every 5 s. Slot is the one that is live.
type Judged struct {
	Slot    targets.Slot  `json:"slot"`
	Verdict guard.Verdict `json:"verdict"`
}

// CountdownStarted says when, in time since the session's start, the engine rolls back.
type CountdownStarted struct {
	Until time.Duration `json:"until"`
	Why   text.Safe     `json:"why"`
}

// CountdownStopped says that it does not.
type CountdownStopped struct {
	Why text.Safe `json:"why"`
}

// Said is a word of the crew; a mark is also a chapter.
type Said struct {
	Text text.Safe `json:"text"`
	Mark bool      `json:"mark,omitempty"`
}

// RecorderLost says that N events were not written while the recorder failed.
type RecorderLost struct {
	N int `json:"n"`
}

// Closing says that the session is on its way to an end: what it leaves behind is
// taken down or stopped, the lease is given back, and SessionEnded follows.
type Closing struct {
	End     End           `json:"end"`
	Problem *text.Problem `json:"problem,omitempty"`
}

// SessionEnded is the last event.
type SessionEnded struct {
	End     End           `json:"end"`
	Problem *text.Problem `json:"problem,omitempty"`
}

func (SessionStarted) Kind() string   { return "session.started" }
func (StepStarted) Kind() string      { return "step.started" }
func (StepFinished) Kind() string     { return "step.finished" }
func (OpStarted) Kind() string        { return "op.started" }
func (OpProgressed) Kind() string     { return "op.progressed" }
func (OpFinished) Kind() string       { return "op.finished" }
func (HostsObserved) Kind() string    { return "hosts.observed" }
func (PlanFrozen) Kind() string       { return "plan.frozen" }
func (LeaseTaken) Kind() string       { return "lease.taken" }
func (LeaseLost) Kind() string        { return "lease.lost" }
func (LeaseReleased) Kind() string    { return "lease.released" }
func (PhaseEntered) Kind() string     { return "phase.entered" }
func (ItemStarted) Kind() string      { return "item.started" }
func (ItemReopened) Kind() string     { return "item.reopened" }
func (ItemAnswered) Kind() string     { return "item.answered" }
func (ItemSkipped) Kind() string      { return "item.skipped" }
func (BaselineLearned) Kind() string  { return "baseline.learned" }
func (Voted) Kind() string            { return "voted" }
func (Held) Kind() string             { return "held" }
func (Unheld) Kind() string           { return "unheld" }
func (PauseOpened) Kind() string      { return "pause.opened" }
func (PausePassed) Kind() string      { return "pause.passed" }
func (SwitchStarted) Kind() string    { return "switch.started" }
func (TrafficMoved) Kind() string     { return "traffic.moved" }
func (SwitchFinished) Kind() string   { return "switch.finished" }
func (Explained) Kind() string        { return "explained" }
func (WatchStarted) Kind() string     { return "watch.started" }
func (Ticked) Kind() string           { return "tick" }
func (VitalsSeen) Kind() string       { return "vitals" }
func (Logged) Kind() string           { return "log" }
func (Rehearsed) Kind() string        { return "rehearsed" }
func (AlarmRaised) Kind() string      { return "alarm.raised" }
func (AlarmCleared) Kind() string     { return "alarm.cleared" }
func (Judged) Kind() string           { return "judged" }
func (CountdownStarted) Kind() string { return "countdown.started" }
func (CountdownStopped) Kind() string { return "countdown.stopped" }
func (Said) Kind() string             { return "said" }
func (RecorderLost) Kind() string     { return "recorder.lost" }
func (Closing) Kind() string          { return "closing" }
func (SessionEnded) Kind() string     { return "session.ended" }

func kinds() map[string]func(json.RawMessage) (Body, error) {
	return map[string]func(json.RawMessage) (Body, error){
		"session.started":   reader[SessionStarted],
		"step.started":      reader[StepStarted],
		"step.finished":     reader[StepFinished],
		"op.started":        reader[OpStarted],
		"op.progressed":     reader[OpProgressed],
		"op.finished":       reader[OpFinished],
		"hosts.observed":    reader[HostsObserved],
		"plan.frozen":       reader[PlanFrozen],
		"lease.taken":       reader[LeaseTaken],
		"lease.lost":        reader[LeaseLost],
		"lease.released":    reader[LeaseReleased],
		"phase.entered":     reader[PhaseEntered],
		"item.started":      reader[ItemStarted],
		"item.reopened":     reader[ItemReopened],
		"item.answered":     reader[ItemAnswered],
		"item.skipped":      reader[ItemSkipped],
		"baseline.learned":  reader[BaselineLearned],
		"voted":             reader[Voted],
		"held":              reader[Held],
		"unheld":            reader[Unheld],
		"pause.opened":      reader[PauseOpened],
		"pause.passed":      reader[PausePassed],
		"switch.started":    reader[SwitchStarted],
		"traffic.moved":     reader[TrafficMoved],
		"switch.finished":   reader[SwitchFinished],
		"explained":         reader[Explained],
		"watch.started":     reader[WatchStarted],
		"tick":              reader[Ticked],
		"vitals":            reader[VitalsSeen],
		"log":               reader[Logged],
		"rehearsed":         reader[Rehearsed],
		"alarm.raised":      reader[AlarmRaised],
		"alarm.cleared":     reader[AlarmCleared],
		"judged":            reader[Judged],
		"countdown.started": reader[CountdownStarted],
		"countdown.stopped": reader[CountdownStopped],
		"said":              reader[Said],
		"recorder.lost":     reader[RecorderLost],
		"closing":           reader[Closing],
		"session.ended":     reader[SessionEnded],
	}
}
