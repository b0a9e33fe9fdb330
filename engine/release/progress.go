package release

import "goaround/targets"

// Progressed is a target's word about an operation or a step as an event.
func Progressed(id string, p targets.Progress) OpProgressed {
	return OpProgressed{ID: id, Host: p.Host, Text: p.Text, Done: p.Done, Total: p.Total, Rate: p.Rate, InFlight: p.InFlight, Cut: p.Cut}
}

// Progress is what the target said.
func (p OpProgressed) Progress() targets.Progress {
	return targets.Progress{Host: p.Host, Text: p.Text, Done: p.Done, Total: p.Total, Rate: p.Rate, InFlight: p.InFlight, Cut: p.Cut}
}
