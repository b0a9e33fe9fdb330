// Package player is the full screen of a replay: the panes of the cockpit with the State
// at a position, the list of events, the chapters, and keys to move about. Nothing is
// connected, and what is shown is told as past.
package player

import (
	"context"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/pane"
	"goaround/ui/replay"
	"goaround/ui/theme"
)

// Options are what a visitor brings along.
type Options struct {
	By       text.Safe        // who notes are by
	In       io.Reader        // keys: a terminal
	Out      io.Writer        // the screen: a terminal
	NoColour bool             // NO_COLOR: shapes and reverse video alone
	ASCII    bool             // no block elements, no lines but -, = and |
	Paused   bool             // it does not play by itself at first
	Clock    func() time.Time // nil: time.Now
	Zone     *time.Location   // of the times of day on the screen; nil: UTC
}

// Model is a replay on a screen. Only the Bubble Tea program that runs it may touch it.
type Model struct {
	rec   *replay.Recording
	by    text.Safe
	clock func() time.Time
	zone  *time.Location
	theme theme.Theme

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

	width, height int
	focus         int // in panes
	zoom          bool
	graph         pane.GraphView
	logs          pane.LogView
	top           int // rows that the hosts or the steps are scrolled by
	help          *help
	ask           *ask
	find          find
	notice        string // what the last key led to, until the next
}

// New returns the player of a recording, at its first event.
func New(rec *replay.Recording, opts Options) *Model {
	clock := opts.Clock
	if clock == nil {
		clock = time.Now
	}
	return &Model{
		rec: rec, by: opts.By, clock: clock, zone: opts.Zone, theme: theme.New(theme.Options{Colour: !opts.NoColour, ASCII: opts.ASCII}),
		want: position{n: rec.Until(0)}, playing: !opts.Paused, speed: 1, beats: beats, beaten: clock(), checking: true,
	}
}

// Run plays a recording on the terminal of opts until its visitor leaves. Signals are the
// caller's. A ctx that ends restores the terminal and is the error.
func Run(ctx context.Context, rec *replay.Recording, opts Options) error {
	p := tea.NewProgram(New(rec, opts), tea.WithContext(ctx), tea.WithInput(opts.In), tea.WithOutput(opts.Out), tea.WithoutSignalHandler())
	if _, err := p.Run(); err != nil {
		return fmt.Errorf("run the replay: %w", err)
	}
	return nil
}

// Init goes to the first event, reads ahead, verifies, and begins to play.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.pursue(), m.ahead(first), m.verify(false), m.notes()}
	if m.playing {
		cmds = append(cmds, m.beat())
	}
	if m.theme.Colour {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

// Update dispatches.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		looks := m.theme.Options
		looks.Light = !msg.IsDark()
		m.theme = theme.New(looks)
	case tea.KeyPressMsg:
		return m, m.onKey(msg)
	case tea.PasteMsg:
		if m.ask != nil {
			m.ask.field.Insert(msg.Content)
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
	}
	return m, nil
}

// say shows a line until the next key.
func (m *Model) say(line string) { m.notice = text.Clean(line).String() }

// sight is what is drawn of the State.
func (m *Model) sight() pane.Sight {
	return pane.Sight{State: m.state, Clock: max(m.head.mono, m.state.Mono), Theme: m.theme, Dead: true}
}
