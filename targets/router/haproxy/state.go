package haproxy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"goaround/targets"
	"goaround/targets/text"
)

// server is one line of `show servers state`, which is the format of the state file too
// (management guide, "show servers state", version 1).
type server struct {
	backend string
	slot    targets.Slot // its name
	addr    string       // "-" while its name is not resolved
	op      int          // operational state: 0 stopped, 1 starting, 2 running, 3 stopping
	admin   int          // administrative state, bits: 0x3f maintenance, 0x08 and 0x10 drain, 0x20 name not resolved
	weight  int
}

const unresolved = 0x20

// running: the proxy could send to it.
func (s server) running() bool { return s.op == 2 }

// ready: neither drained nor in maintenance.
func (s server) ready() bool { return s.admin == 0 }

// path is its name in commands.
func (s server) path() string { return s.backend + "/" + string(s.slot) }

// state is what it does, in words.
func (s server) state() string {
	switch {
	case s.admin&unresolved != 0:
		return s.path() + " has no address, its name is not resolved"
	case !s.ready():
		return fmt.Sprintf("%s is drained or in maintenance (administrative state %d)", s.path(), s.admin)
	case !s.running():
		return fmt.Sprintf("%s is down (operational state %d)", s.path(), s.op)
	}
	return fmt.Sprintf("%s has weight %d", s.path(), s.weight)
}

// parseState reads the answer by the names in its header. What is not such an answer,
// "Can't find backend.", is the error.
func parseState(answer string) ([]server, error) {
	lines := strings.Split(strings.TrimSpace(answer), "\n")
	if len(lines) < 2 || lines[0] != "1" || !strings.HasPrefix(lines[1], "# ") {
		return nil, errors.New(text.Clean(answer).String())
	}
	column := map[string]int{}
	for i, name := range strings.Fields(strings.TrimPrefix(lines[1], "# ")) {
		column[name] = i
	}
	var all []server
	for _, line := range lines[2:] {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		s, err := parseServer(fields, column)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func parseServer(fields []string, column map[string]int) (server, error) {
	var missing error
	word := func(name string) string {
		i, ok := column[name]
		if !ok || i >= len(fields) {
			missing = fmt.Errorf("servers state has no %s", name)
			return ""
		}
		return text.Clean(fields[i]).String()
	}
	number := func(name string) int {
		n, err := strconv.Atoi(word(name))
		if err != nil && missing == nil {
			missing = fmt.Errorf("servers state: %s is no number", name)
		}
		return n
	}
	return server{
		backend: word("be_name"), slot: targets.Slot(word("srv_name")), addr: word("srv_addr"),
		op: number("srv_op_state"), admin: number("srv_admin_state"), weight: number("srv_uweight"),
	}, missing
}
