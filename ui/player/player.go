// Package player is the full screen of a replay: the panes of the cockpit with the State
// at a position, the list of events, the chapters, and keys to move about. Nothing is
// connected, and what is shown is told as past.
package player

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/help"
	"goaround/ui/pane"
	"goaround/ui/program"
	"goaround/ui/replay"
)

// Model is a replay on a screen. Only the Bubble Tea program that runs it may touch it.
type Model struct {
	rec   *replay.Recording
	by    text.Safe
	clock func() time.Time
	zone  *time.Location

	terminal program.Screen

	state   release.State // at head
	head    position
	want    position // where it is to be; else than head while that is being folded or read
	seeking bool

	list     list
	chapters chapters
	read     bool // all that there is
	check    replay.Check
	checking bool
	broken   error // why the recording ends where it does

	playing bool
	speed   int
	idle    bool
	beats   time.Duration // how often it moves on
	beaten  time.Time     // of the last beat

	focus  int // in panes
	zoom   bool
	graph  pane.GraphView
	logs   pane.LogView
	top    int // rows that the hosts or the steps are scrolled by
	help   *help.Page
	ask    *ask
	find   find
	notice string // what the last key led to, until the next
}

// New returns the player of a recording, at its first event.
func New(rec *replay.Recording, opts program.Options) *Model {
	clock := opts.Time()
	return &Model{
		rec: rec, by: text.Clean(opts.By.Name), clock: clock, zone: opts.Zone, terminal: program.NewScreen(opts),
		want: position{n: rec.Until(0)}, playing: true, speed: 1, beats: beats, beaten: clock(), checking: true,
	}
}

// Run plays a recording on the terminal of opts until its visitor leaves. Signals are the
// caller's. A ctx that ends restores the terminal and is the error.
func Run(ctx context.Context, rec *replay.Recording, opts program.Options) error {
	return program.Run(ctx, New(rec, opts), opts)
}

// Init goes to the first event, reads ahead, verifies, and begins to play.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.pursue(), m.ahead(first), m.verify(false), m.notes(), m.beat(), m.terminal.Init())
}

// Update dispatches.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m, m.onKey(msg)
	case tea.PasteMsg:
		if m.ask != nil {
			m.ask.field.Insert(msg.Content)
			m.ask.changed()
		}
	case beatMsg:
		return m, m.onBeat()
	case soughtMsg:
		return m, m.onSought(msg)
	case readMsg:
		return m, m.onRead(msg)
	case checkedMsg:
		return m, m.onChecked(msg)
	case notesMsg:
		m.onNotes(msg)
	case notedMsg:
		m.onNoted(msg)
	default:
		m.terminal.Update(msg)
	}
	return m, nil
}

// say shows a line until the next key.
func (m *Model) say(line string) { m.notice = text.Clean(line).String() }

// sight is what is drawn of the State.
func (m *Model) sight() pane.Sight {
	return pane.Sight{State: m.state, Clock: max(m.head.mono, m.state.Mono), Theme: m.terminal.Theme, Dead: true}
}
