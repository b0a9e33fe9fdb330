package flights

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// moment is where a deploy to two hosts is killed.
type moment struct {
	name string
	end  int                  // exit code of the resume
	kill func(f *flight) bool // false: it was over before
}

// TestTwoHostsAgreeAfterAKillAnywhere kills goaround inside a stage and inside a route,
// there and back, and in a soak at each line that it writes of a step or a host. It is
// resumed, and the hosts agree.
func TestTwoHostsAgreeAfterAKillAnywhere(t *testing.T) {
	t.Parallel()
	s, ada := pair(t, "1s")
	image := s.image(t, "v2")
	loads := s.load(t, 20)
	composetest.Until(t, "requests enough for a baseline", func() bool { return loads[0].Count() > 320 && loads[1].Count() > 320 })
	killed, ends := 0, map[string]int{}
	for _, at := range s.inside(t) {
		if !s.kill(t, ada, image, at, ends) {
			t.Fatalf("%s: it was not reached", at.name)
		}
		killed++
	}
	if ends["exit 0"] != 2 || ends["exit 10"] != 1 {
		t.Errorf("killed inside of operations and resumed, it ended: %v", ends)
	}
	for n := 1; everywhere && s.kill(t, ada, image, wayThere(n), ends); n++ {
		killed++
	}
	for n := 1; everywhere && s.kill(t, ada, image, wayBack(n), ends); n++ {
		killed++
	}
	sent := answered(t, loads)
	t.Logf("killed at %d moments; resumed, it ended: %v; %d requests were answered", killed, ends, len(sent))
}

// inside are the moments in the middle of an operation.
func (s *sites) inside(t testing.TB) []moment {
	first, proxy := s.stacks[0], s.stacks[0].Project+"-proxy-1"
	half := func(f *flight, say, done string) bool {
		docker(t, s.stacks[1], "pause", proxy)
		f.say(say)
		f.sees(done)
		f.kill()
		docker(t, s.stacks[1], "unpause", proxy)
		return true
	}
	return []moment{
		{"the middle of the stage", 0, func(f *flight) bool {
			f.expect("for GO / NO-GO")
			f.say("go")
			composetest.Until(t, "a container of v2", func() bool { return slotContainer(t, first, "blue") != "" })
			f.kill()
			return true
		}},
		{"the middle of the route", 0, func(f *flight) bool {
			f.toCutover()
			return half(f, "go", "host    web-1: route blue ok")
		}},
		{"the middle of the route back", 10, func(f *flight) bool {
			f.toWatch()
			return half(f, "rollback", "host    web-1: route base ok")
		}},
	}
}

// wayThere is the n-th line of a deploy.
func wayThere(n int) moment {
	return moment{fmt.Sprintf("line %d of the way there", n), 0, func(f *flight) bool { return f.killAt(n) }}
}

// wayBack is the n-th line of a rollback and the end after it.
func wayBack(n int) moment {
	return moment{fmt.Sprintf("line %d of the way back", n), 10, func(f *flight) bool {
		f.toWatch()
		f.expect("type close")
		f.say("rollback")
		f.expect("ROLLING BACK")
		return f.killAt(n)
	}}
}

// killAt kills it at the n-th line from here of a step or of what was done on a host.
// false: it ended before.
func (f *flight) killAt(n int) bool {
	f.t.Helper()
	for range n {
		if !f.goesOn("  step    ", "  host    ") {
			return false
		}
	}
	f.kill()
	return true
}

// goesOn answers what is asked, until a line with one of those in it. false: it ended before.
func (f *flight) goesOn(to ...string) bool {
	f.t.Helper()
	answers := map[string]string{"for GO / NO-GO": "go", "before the CUTOVER": "go", "type close": "close"}
	until := append([]string{"  END     "}, to...)
	words := append(slices.Collect(maps.Keys(answers)), until...)
	for {
		line := f.await("a question, or the end", func(string) (string, <-chan struct{}) { return f.nextOf(words...) })
		for asked, answer := range answers {
			if strings.Contains(line, asked) {
				f.say(answer)
			}
		}
		if slices.ContainsFunc(until, func(what string) bool { return strings.Contains(line, what) }) {
			return !strings.Contains(line, until[0])
		}
	}
}

// resumes goes on with what was killed, and says how that ended.
func (c crew) resumes(t testing.TB, at moment) string {
	t.Helper()
	f := c.fly(t, "resume", "--plain")
	refused := []string{"had not begun to change anything", "that session has ended: "}
	if !f.goesOn(refused...) {
		f.ends(at.end)
		return fmt.Sprintf("exit %d", at.end)
	}
	said := f.ends(14)
	if strings.Contains(said, refused[0]) {
		return "nothing had begun"
	}
	return "it had ended"
}

// kill kills a deploy at a moment, resumes it, and brings v1 back. killed: it was not over
// before.
func (s *sites) kill(t testing.TB, ada crew, image string, at moment, ends map[string]int) (killed bool) {
	t.Helper()
	f := ada.fly(t, "deploy", image, "--plain")
	if killed = at.kill(f); killed {
		end := ada.resumes(t, at)
		t.Logf("killed at %s: %s", at.name, end)
		ends[end]++
	}
	<-f.over
	r := status(t, ada)
	live := r.Observed.Hosts[0].Live
	if !r.Agree || r.Observed.Hosts[1].Live != live {
		t.Fatalf("%s: the hosts do not agree: %+v\n%s", at.name, r.Observed.Hosts, f.said())
	}
	code, said := ada.run(t, "rollback") // which takes the lease at once, and gives it back
	if code != 0 && (code != 14 || live != targets.Base) {
		t.Fatalf("%s: the rollback from %s exits with %d\n%s", at.name, live, code, said)
	}
	s.serves(t, "v1")
	return killed
}
