// Package plan says what a deploy will do before it does it: desired and observed in,
// ordered steps out, each with its cause, its undo and its expected time. A plan is
// pure, deterministic and printable; its digest is what go votes bind to. It never
// asks a person in the middle: what needs confirmation is a pause, or a refusal.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/text"
)

// Plan is a frozen plan.
type Plan struct {
	Digest   string          `json:"digest"` // SHA-256 of what it does, hex; estimates and findings are not part of it
	App      string          `json:"app"`
	Env      string          `json:"env"`
	Session  string          `json:"session"`
	Hosts    []string        `json:"hosts"`
	From     targets.Slot    `json:"from"` // NoSlot: a first release
	To       targets.Slot    `json:"to"`
	Before   targets.Release `json:"before,omitzero"` // what From runs
	Release  targets.Release `json:"release"`
	Items    []Item          `json:"items"`
	Steps    []Step          `json:"steps"`
	Settings Settings        `json:"settings"`
	Unsafe   text.Safe       `json:"unsafe,omitzero"`     // why the way back is not safe once its jobs have begun; empty: it is
	Ahead    text.Safe       `json:"ahead,omitzero"`      // why it is not safe from the beginning: what an earlier session ran
	Findings []*text.Problem `json:"findings,omitempty"`  // seen, and left alone by this deploy
	BackTook time.Duration   `json:"back_took,omitempty"` // measured: what one proxy call takes
	ColdTook time.Duration   `json:"cold_took,omitempty"` // measured: start of a stopped slot until ready; 0 unknown
	Cut      bool            `json:"cut,omitempty"`       // resumed after the cutover was begun: there is a way back from the beginning
	Arrived  bool            `json:"arrived,omitempty"`   // resumed, and the hosts send all traffic to To
	Returns  bool            `json:"returns,omitempty"`   // resumed while traffic was going back, or had gone: that goes on first
}

// Settings are the team's numbers that the session runs by.
type Settings struct {
	URL           string                `json:"url,omitempty"` // the public address
	Votes         int                   `json:"votes"`
	Cutover       checklist.CutoverMode `json:"cutover"`
	Watch         time.Duration         `json:"watch"`
	Errors        float64               `json:"errors"`
	Latency       float64               `json:"latency"`
	Auto          checklist.Auto        `json:"auto"`
	AlwaysConfirm bool                  `json:"confirm,omitempty"`
	Drain         time.Duration         `json:"drain"`
	UntilNext     bool                  `json:"until_next,omitempty"`
	Services      []string              `json:"services"`          // released, with a route, in the order of the file
	Workers       []string              `json:"workers,omitempty"` // released, without one
}

// Item is a checklist item as the log knows it. Commands and requests stay in the
// checklist; Def is the start of their SHA-256, so that the plan's digest covers them.
type Item struct {
	ID    string          `json:"id"`
	Phase checklist.Phase `json:"phase"`
	Kind  checklist.Kind  `json:"kind"`
	Title text.Safe       `json:"title"`
	Who   string          `json:"who,omitempty"`
	Key   bool            `json:"key,omitempty"`
	After time.Duration   `json:"after,omitempty"`
	Of    string          `json:"of,omitempty"` // the item whose requests it sends again, through the public URL
	Def   string          `json:"def,omitempty"`
}

// Auto reports whether the engine answers the item.
func (i Item) Auto() bool { return i.Kind != checklist.Ask }

// The steps that every plan has, besides those of `during` items, whose ID is the item's.
const (
	StepStage   = "stage"
	StepStart   = "start" // only in a plan that was resumed in the middle of its cutover
	StepReady   = "ready"
	StepCutover = "cutover" // of the last wave; those before it are [Wave]s
	StepPersist = "persist"
	StepSwap    = "swap" // only where there are workers
	StepWatch   = "watch"
	StepRetire  = "retire"
)

// Step is one line of the plan: operations that run in parallel, one a host, or one
// checklist item, or (neither) the watch.
type Step struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Ops      []targets.Op  `json:"ops,omitempty"`
	Item     string        `json:"item,omitempty"`
	Cause    string        `json:"cause"`
	Undo     string        `json:"undo"`
	Estimate time.Duration `json:"estimate,omitempty"` // the slowest host's; 0 unknown
}

// Released are the names of the services that change with a release, those with a route first.
func (s Settings) Released() []string { return slices.Concat(s.Services, s.Workers) }

// Short is the start of the digest, as screens show it.
func (p Plan) Short() string { return p.Digest[:min(7, len(p.Digest))] }

// First reports whether nothing runs yet, so that there is nothing to go back to.
func (p Plan) First() bool { return p.From == targets.NoSlot }

// Item returns the item of that ID.
func (p Plan) Item(id string) (Item, bool) {
	for _, it := range p.Items {
		if it.ID == id {
			return it, true
		}
	}
	return Item{}, false
}

// Step returns the step of that ID.
func (p Plan) Step(id string) (Step, bool) {
	for _, s := range p.Steps {
		if s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

// digest covers everything that decides what is done: not when it was made, nor how
// long it took last time.
func digest(p Plan) string {
	p.Digest, p.Session, p.Findings, p.BackTook, p.ColdTook = "", "", nil, 0, 0
	steps := make([]Step, len(p.Steps))
	for i, s := range p.Steps {
		s.Estimate = 0
		ops := make([]targets.Op, len(s.Ops))
		for j, op := range s.Ops {
			op.Session, op.Estimate, op.Plan = "", 0, ""
			ops[j] = op
		}
		s.Ops = ops
		steps[i] = s
	}
	p.Steps = steps
	return hash(p)
}

func hash(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
