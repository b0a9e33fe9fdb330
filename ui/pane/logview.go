package pane

import "goaround/ui/keys"

// Newest follows the newest line again.
func (v LogView) Newest() LogView {
	v.Until, v.Said, v.Up = 0, 0, 0
	return v
}

// hold keeps the log as it is now.
func (v LogView) hold(s Sight) LogView {
	v.Until, v.Said = max(s.State.Logs, 1), len(s.State.Words)
	return v
}

// Act is the view after a key. Moving up holds the log back where it is, so that it can
// be read; the end, or follow, goes on.
func (v LogView) Act(a keys.Action, s Sight) LogView {
	switch a {
	case keys.Follow:
		if v.Until > 0 {
			return v.Newest()
		}
		v = v.hold(s)
	case keys.Bottom:
		return v.Newest()
	case keys.Wrap:
		v.Wrap = !v.Wrap
	case keys.Up, keys.PageUp, keys.Top, keys.Down, keys.PageDown:
		if v.Until == 0 {
			v = v.hold(s)
		}
		n := len(s.fold(v))
		v.Up = max(n-1, 0) - Move(a, max(n-1, 0)-v.Up, n)
		if v.Up == 0 && (a == keys.Down || a == keys.PageDown) {
			return v.Newest()
		}
	}
	return v
}
