package targets

import (
	"fmt"

	"goaround/targets/text"
)

// Progress is a word about an operation that is still running.
type Progress struct {
	Host     string // Resolve: the host that it is about
	Text     text.Safe
	Done     int64 // bytes; 0 unknown
	Total    int64
	Rate     int64         // bytes a second; 0 unknown
	Note     *text.Problem // Resolve: what the plan should say of it, in place of all else
	InFlight int           // retire: what the drain still waits for
	Cut      int           // retire: what was cut when the drain was over
}

// String is the word and how far it is: "pull shop:v42, 12 of 89 MB, 30 MB/s".
func (p Progress) String() string {
	s, moved := p.Text.String(), p.Moved()
	if s != "" && moved != "" {
		s += ", "
	}
	return s + moved
}

// Moved is how much has been moved and how fast, "12 of 89 MB, 30 MB/s"; empty where no
// bytes are.
func (p Progress) Moved() string {
	if p.Total <= 0 {
		return ""
	}
	unit, name := scale(p.Total)
	s := fmt.Sprintf("%s of %s %s", amount(min(p.Done, p.Total), unit), amount(p.Total, unit), name)
	if p.Rate > 0 {
		s += ", " + Bytes(p.Rate) + "/s"
	}
	return s
}

// News reports whether p says something else than what was said before it, or is a tenth
// further: often enough for a line of text.
func (p Progress) News(before Progress) bool {
	return !p.Text.Equal(before.Text) || p.tenths() > before.tenths()
}

func (p Progress) tenths() int64 {
	if p.Total <= 0 {
		return 0
	}
	return 10 * min(p.Done, p.Total) / p.Total
}

// Bytes is a size as people say it, "89 MB".
func Bytes(n int64) string {
	unit, name := scale(n)
	return amount(n, unit) + " " + name
}

func scale(n int64) (unit float64, name string) {
	switch {
	case n >= 1e9:
		return 1e9, "GB"
	case n >= 1e6:
		return 1e6, "MB"
	case n >= 1e3:
		return 1e3, "kB"
	}
	return 1, "B"
}

// amount has one decimal below ten, but none where it is nothing.
func amount(n int64, unit float64) string {
	v := float64(n) / unit
	if unit > 1 && v >= 0.05 && v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}
