// Package recordings keeps the log of a session as bytes: it appends, verifies, reads
// and lists. It knows bytes and hashes, not release events; the engine encodes, and
// has taken the secrets out before.
//
// # Format 1.0
//
// A recording is a directory (0700) with the name of its session. In it:
//
//	events.jsonl  the records, one a line (0600)
//	head          the number of records and the hash of the last, once the session has ended
//	notes.jsonl   what people remarked on it afterwards: {"t","by","n","text"} a line (0600)
//	lock          the process ID of the writer, which holds flock(2) on it while it lives
//
// A record is one line of JSON, ended by a newline, of at most 4 MiB. It is shown here
// on three:
//
//	{"v":"1.0","n":0,"t":"2026-06-09T14:00:02.417Z","m":1204,"k":"session.started",
//	"by":"ana","r":"pilot","dh":"8f1e…","s":"x0Vd3kQm9TzB","d":{…},"h":"02ac…"}
//
// The fields, in this order and with no space between them:
//
//	v   version of the format, MAJOR.MINOR; in the first record only
//	n   number of the record, from 0 without gaps
//	t   wall clock, RFC 3339 in UTC with milliseconds
//	m   microseconds since the session's start by the monotonic clock
//	k   kind of the event
//	by  a person's name, or "engine"
//	r   role of that person; left out for the engine
//	dh  hash of the payload: SHA-256 of the characters of s and the bytes of d, 64 lower-case hex digits
//	s   salt, 9 random bytes in standard base64 (12 characters), or null
//	d   payload, one JSON object, or null
//	h   hash of the record, 64 lower-case hex digits
//
// The body of a record is its line up to and with the quote that closes dh. h is the
// SHA-256 of the h of the record before (its 64 digits; nothing for the first) and the
// bytes of the body. Both hashes are taken of bytes as they are written; there is no
// canonical JSON. What follows the body is always exactly ,"s":…,"d":…,"h":"…"} so no
// bit of a line is outside of the two hashes or of this frame.
//
// A payload can be erased afterwards: s and d both become null, and h still holds. The
// salt goes too, since it keeps a short payload from being guessed from dh.
//
// Readers take unknown kinds as they come. A greater minor version may add fields to
// the body, in front of dh; they are skipped. A reader refuses another major version.
//
// The file head is four lines, each ended by a newline: "goaround-session v1",
// "session ID", "events N", "head HEX".
//
// # Reading
//
// Reading stops at the first line that is incomplete, not a record, out of order, or
// has a wrong hash. If that line is not even a record in shape and no later line is
// one, a crash explains it and the recording is torn; else it is damaged. That records
// are missing at the end shows only against a head that somebody else knows.
package recordings

import (
	"encoding/json"
	"time"
)

// Version is the version of the format that is written, MAJOR.MINOR.
const Version = "1.0"

// KindEnd is the kind of the record that ends a session. A recording whose last
// record is of another kind was cut short, or still runs.
const KindEnd = "session.ended"

// Record is one line of a recording. Its texts are cleaned when it is written and when
// it is read, since a recording is text from outside too; the payload's are for the
// one who decodes it.
type Record struct {
	N       uint64          // from 0, without gaps
	At      time.Time       // wall clock, UTC, whole milliseconds
	Mono    time.Duration   // since the session's start, by the monotonic clock, whole microseconds
	Kind    string          // "step.started"
	By      string          // a person's name, or "engine"
	Role    string          // "pilot", ...; empty for the engine
	Payload json.RawMessage // one JSON object; nil: erased
	Hash    string          // of this line and all before it, hex
}
