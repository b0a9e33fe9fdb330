package keys

// The actions of a replay.
const (
	Play         Action = "play"
	SecondsBack  Action = "5 s back"
	SecondsOn    Action = "5 s on"
	TenthBack    Action = "10 % back"
	TenthOn      Action = "10 % on"
	ChapterBack  Action = "chapter back"
	ChapterOn    Action = "chapter on"
	EventBack    Action = "event back"
	EventOn      Action = "event on"
	Slower       Action = "slower"
	Faster       Action = "faster"
	Tenth        Action = "tenth" // the key says which
	GoTo         Action = "go to a time"
	NextAlarm    Action = "next alarm"
	ActsOnly     Action = "acts and keys only"
	IdleSkip     Action = "idle skip"
	Find         Action = "find"
	FindNext     Action = "find next"
	FindPrevious Action = "find previous"
	Remark       Action = "note"
	Verify       Action = "verify"
	DeadKey      Action = "dead key"
)

// Replay is the place of a session that is over: nothing is connected.
const Replay Place = "in a replay"

// replay are the keys of a replay.
func replay() []Binding {
	in := []Place{Replay}
	return []Binding{
		{[]string{"space"}, Play, in, "space play", "play, pause"},
		{[]string{"left"}, SecondsBack, in, "", "5 s back"},
		{[]string{"right"}, SecondsOn, in, "arrows 5 s", "5 s on"},
		{[]string{"shift+left"}, TenthBack, in, "", "10 % of it back"},
		{[]string{"shift+right"}, TenthOn, in, "", "10 % of it on"},
		{[]string{"["}, ChapterBack, in, "", "the chapter before"},
		{[]string{"]"}, ChapterOn, in, "[] chapter", "the next chapter"},
		{[]string{","}, EventBack, in, "", "the event before, of those that the list shows"},
		{[]string{"."}, EventOn, in, ",. event", "the next event"},
		{[]string{"<"}, Slower, in, "", "slower, down to as it was"},
		{[]string{">"}, Faster, in, "<> speed", "faster, up to 32 times"},
		{[]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, Tenth, in, "0-9 jump", "to that tenth of it"},
		{[]string{"t"}, GoTo, in, "t time", "go to a time: 14:12, 14:12:41, or +8:31 after the start"},
		{[]string{"e"}, NextAlarm, in, "e alarm", "the next alarm: guard, host, failed step"},
		{[]string{"/"}, Find, in, "/ find", "find a text in the events"},
		{[]string{"n"}, FindNext, in, "", "the next event with that text"},
		{[]string{"N"}, FindPrevious, in, "", "the one before"},
		{[]string{"a"}, ActsOnly, in, "a acts", "the list has acts and keys only, and back"},
		{[]string{"i"}, IdleSkip, in, "i idle", "play over more than 2 s in which the list has nothing, and back"},
		{[]string{"m"}, Remark, in, "m note", "a note beside the record, never inside it"},
		{[]string{"V"}, Verify, in, "V verify", "verify the recording again, and say all of the verdict"},
		{[]string{"R", "H"}, DeadKey, in, "", "dead keys: nothing is connected"},
	}
}
