// Package ui is the cockpit: one full screen for one visitor of a session. It follows the
// log by position, folds it to a State, draws that, and turns keys into intents. It never
// does I/O outside a command, and what it shows is true because an event said so.
package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/ui/debrief"
	"goaround/ui/keys"
	"goaround/ui/pane"
	"goaround/ui/preflight"
	"goaround/ui/program"
	"goaround/ui/stage"
	"goaround/ui/watch"
)

// screen is one phase of a session as a visitor looks at it. It owns cursors, scrolls
// and filters; all truth comes in with the Sight.
type screen interface {
	Act(a keys.Action, s pane.Sight)
	Place() keys.Place
	Item(s pane.Sight) (release.Item, bool)
	Line(s pane.Sight) string // under the cursor, to copy; empty: none
	View(s pane.Sight, alone bool, width, height int) []string
}

// Model is the root of the cockpit. Only the Bubble Tea program that runs it may touch
// it.
type Model struct {
	ctx     context.Context // ends the commands that wait for the session
	session release.Session
	opts    program.Options
	clock   func() time.Time

	terminal program.Screen

	state   release.State
	arrived time.Time // when the last event came
	now     time.Time // of the last second, or of that event
	lost    error     // the log cannot be followed
	over    bool      // the session is over and its log was read to the end

	preflight *preflight.Screen
	stage     *stage.Screen
	watch     *watch.Screen
	debrief   *debrief.Screen

	questions []question // the last is on top
	page      *page
	trigger   trigger
	notice    notice
	asked     asked
	quit      time.Time // of the first ctrl+c
	leaving   bool      // the program ends with the session
}

// New returns the cockpit of a session. ctx ends its commands.
func New(ctx context.Context, session release.Session, opts program.Options) *Model {
	clock := opts.Time()
	return &Model{
		ctx: ctx, session: session, opts: opts, clock: clock, now: clock(), terminal: program.NewScreen(opts),
		preflight: &preflight.Screen{}, stage: &stage.Screen{}, watch: &watch.Screen{}, debrief: &debrief.Screen{},
	}
}

// State is what the log amounts to so far.
func (m *Model) State() release.State { return m.state }

// Init begins to follow the log and to count seconds.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.follow(), m.second(), m.terminal.Init())
}

// Update dispatches.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m, m.onKey(msg)
	case tea.PasteMsg:
		m.onPaste(msg)
	case foldedMsg:
		return m, m.onFolded(msg)
	case lostMsg:
		return m, m.onLost(msg)
	case secondMsg:
		return m, m.onSecond(msg)
	case settledMsg:
		return m, m.onSettled(msg)
	case refusedMsg:
		m.onRefused(msg)
	default:
		m.terminal.Update(msg)
	}
	return m, nil
}

// sight is what is drawn.
func (m *Model) sight() pane.Sight {
	clock := m.state.Mono
	if m.state.Ended == nil && m.state.Next > 0 {
		clock += max(m.now.Sub(m.arrived), 0)
	}
	return pane.Sight{State: m.state, Clock: clock, Theme: m.terminal.Theme, Me: m.opts.By}
}

// screen is the one of the session's phase.
func (m *Model) screen() screen {
	switch {
	case m.state.Ended != nil:
		return m.debrief
	case m.state.Cut:
		return m.watch
	case m.state.Phase == release.PhasePreflight || m.state.Phase == "":
		return m.preflight
	}
	return m.stage
}
