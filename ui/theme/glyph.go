package theme

// Levels is how many heights a block element has above nothing.
const Levels = 8

// Block is the column element that is filled to a level of [Levels].
func (t Theme) Block(level int) string {
	level = min(max(level, 0), Levels)
	if t.ASCII {
		return string(" ____===#"[level])
	}
	return string([]rune(" ▁▂▃▄▅▆▇█")[level])
}

// Rule is the character of a line across.
func (t Theme) Rule() string { return t.pick("─", "-") }

// DoubleRule is the character of a line across what is past.
func (t Theme) DoubleRule() string { return t.pick("═", "=") }

// Wall is the character between two panes.
func (t Theme) Wall() string { return t.pick("│", "|") }

// Ellipsis ends a text that was cut.
func (t Theme) Ellipsis() string { return t.pick("…", "~") }

// Level marks where the old version stands in a column that the new one fills.
func (t Theme) Level() string { return t.pick("━", "o") }

func (t Theme) pick(nice, plain string) string {
	if t.ASCII {
		return plain
	}
	return nice
}
