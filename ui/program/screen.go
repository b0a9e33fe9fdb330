package program

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"goaround/ui/theme"
)

// The smallest sizes of the layouts.
const (
	FullWidth, FullHeight = 80, 24
	oneWidth, oneHeight   = 60, 15
)

// Screen is what is known of a visitor's terminal.
type Screen struct {
	Width, Height int
	Theme         theme.Theme
}

// NewScreen returns the screen of a visitor, whose size comes later.
func NewScreen(o Options) Screen {
	return Screen{Theme: theme.New(theme.Options{Colour: !o.NoColour, ASCII: o.ASCII})}
}

// Init asks the terminal for its background, where that changes the colours.
func (s Screen) Init() tea.Cmd {
	if !s.Theme.Colour {
		return nil
	}
	return tea.RequestBackgroundColor
}

// Update takes in what the terminal says of itself.
func (s *Screen) Update(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.Width, s.Height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		looks := s.Theme.Options
		looks.Light = !msg.IsDark()
		s.Theme = theme.New(looks)
	case tea.ColorProfileMsg:
		looks := s.Theme.Options
		looks.Few = msg.Profile <= colorprofile.ANSI
		s.Theme = theme.New(looks)
	}
}

// View is rows as a full screen with a title for its window.
func (s Screen) View(title string, rows []string) tea.View {
	v := tea.NewView(strings.Join(rows, "\n"))
	v.AltScreen = true
	v.WindowTitle = "goaround " + title
	return v
}

// Frame is the rows of the layout that fits: all of it, one pane at a time, or next to
// nothing.
func (s Screen) Frame(full, single, tiny func(w, h int) []string) []string {
	w, h := s.Width, s.Height
	switch {
	case w < 1 || h < 1:
		return nil
	case w >= FullWidth && h >= FullHeight:
		return full(w, h)
	case w >= oneWidth && h >= oneHeight:
		return single(w, h)
	}
	return tiny(w, h)
}
