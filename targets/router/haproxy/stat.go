package haproxy

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"goaround/targets"
	"goaround/targets/text"
)

// info is what is used of `show info`.
type info struct {
	process  string // of the worker: its pid and the second it started
	stopping bool
	dropped  uint64 // log lines that could not be sent
}

func parseInfo(answer string) info {
	value := map[string]string{}
	for line := range strings.Lines(answer) {
		if name, v, ok := strings.Cut(line, ": "); ok {
			value[name] = strings.TrimSpace(v)
		}
	}
	dropped, _ := strconv.ParseUint(value["DroppedLogs"], 10, 64)
	return info{
		process:  value["Pid"] + "@" + value["Start_time_sec"],
		stopping: value["Stopping"] != "0",
		dropped:  dropped,
	}
}

// count is what a worker has counted of one server since it started.
type count struct {
	requests   int // that have ended
	failed     int // with an error of the server or the proxy
	unanswered int // with no answer at all, while the client was there
	active     int
}

// parseStat reads `show stat BACKEND 4 -1`, the servers of a backend as CSV.
//
// No field counts requests, so they are put together. lbtot counts each time the server
// was chosen (not after a wait in the backend's queue), stot each attempt, wretr the
// attempts that were repeated (too many if they are repeated on what was answered),
// wredis those that went on to another server; scur and qcur have not ended.
//
// Failed are hrsp_5xx, which the server answered, econ, which no attempt reached, and
// eresp, which broke off; one that broke off behind the header of its answer is in
// hrsp_* as well, and in srv_abrt.
//
// What has ended and is in none of these, nor in another hrsp_*, nor in cli_abrt, was
// lost without a trace: on a connection that the client has used before, HAProxy closes
// without an answer and without a log line when the server does, for the client to try
// again (http_wait_for_response, abort_keep_alive).
func parseStat(answer string) (map[targets.Slot]count, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer, "# ")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("show stat: %w", err)
	}
	if len(rows) == 0 || rows[0][0] != "pxname" {
		return nil, errors.New("show stat: " + text.Clean(answer).String())
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	all := map[targets.Slot]count{}
	for _, fields := range rows[1:] {
		row := row{fields, column}
		all[targets.Slot(row.word("svname"))] = row.count()
	}
	return all, nil
}

// row is a line of CSV and its header.
type row struct {
	fields []string
	column map[string]int
}

func (r row) word(name string) string {
	if i, ok := r.column[name]; ok && i < len(r.fields) {
		return r.fields[i]
	}
	return ""
}

// sum adds fields up; an empty one is 0.
func (r row) sum(names ...string) int {
	sum := 0
	for _, name := range names {
		n, _ := strconv.Atoi(r.word(name))
		sum += n
	}
	return sum
}

func (r row) count() count {
	ended := max(r.sum("lbtot"), r.sum("stot")-r.sum("wretr")) - r.sum("wredis", "scur", "qcur")
	broken := r.sum("econ", "eresp")
	twice := min(r.sum("srv_abrt"), r.sum("eresp"))
	answered := r.sum("hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other") - twice
	return count{
		requests:   max(ended, 0),
		failed:     r.sum("hrsp_5xx") + broken,
		unanswered: max(ended-answered-broken-r.sum("cli_abrt"), 0),
		active:     r.sum("scur"),
	}
}
