package haproxy

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// logFormat makes HAProxy write an entry for each request. It holds nothing that a
// client can choose.
const logFormat = `{"t":%[date(0,ms)],"b":"%b","s":"%s","st":%ST,"tc":%Tc,"rt":%Tr,"ta":%Ta,"ts":"%ts"}`

// nowhere is what the log calls the server of a request that had none.
const nowhere = "<NOSRV>"

// entry is what the log says of one request (configuration manual, 8.2.4 "Custom log
// format" and 8.5 "Session state at disconnection"). Durations are in ms, -1 is never.
type entry struct {
	T       int64  `json:"t"` // ms since 1970, the end of the request
	Backend string `json:"b"`
	Server  string `json:"s"`
	Status  int    `json:"st"` // -1: no answer was sent
	Connect int    `json:"tc"`
	Answer  int    `json:"rt"` // until the server's header was complete
	Ended   string `json:"ts"` // "--" is well; the first letter says who ended it, the second in which phase
}

// parseEntry reads the last {...} of a line: a team's own format may stand before it.
func parseEntry(line []byte) (entry, bool) {
	start, end := bytes.LastIndexByte(line, '{'), bytes.LastIndexByte(line, '}')
	if start < 0 || end < start {
		return entry{}, false
	}
	var e entry
	if err := json.Unmarshal(line[start:end+1], &e); err != nil || e.T == 0 || len(e.Ended) < 2 {
		return entry{}, false
	}
	return e, true
}

func (e entry) at() time.Time { return time.UnixMilli(e.T) }

// aborted: the client went away or was too slow.
func (e entry) aborted() bool { return e.Ended[0] == 'C' || e.Ended[0] == 'c' }

// bad: the answer is an error of the server or the proxy, broke off, or never came. A
// tunnel (status 101) may end in any way.
func (e entry) bad() bool {
	switch {
	case e.aborted(), e.Status >= 400 && e.Status < 500, e.Status == 101:
		return false
	case e.Status >= 500, e.Status < 0:
		return true
	}
	return strings.IndexByte("SsDIRK", e.Ended[0]) >= 0 && strings.IndexByte("DL", e.Ended[1]) >= 0
}

// latency is the time to the header of the answer, from when the proxy had chosen the
// server; 0 if there was no answer. HAProxy cuts off what is below a millisecond, so
// that half of one is added.
func (e entry) latency() time.Duration {
	if e.Answer < 0 {
		return 0
	}
	return time.Duration(max(e.Connect, 0)+e.Answer)*time.Millisecond + time.Millisecond/2
}
