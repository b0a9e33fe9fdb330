package flights

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/targets/compose/composetest"
	"goaround/targets/remote"
)

// TestNoRequestIsLost moves the traffic there and back under load, the first time by a
// deploy, the last time back from a slot that was stopped. What it logs of the rollbacks
// counts from the intent to the latest moment at which a request was sent that the new
// version answered. It flies alone, for the sake of these figures.
func TestNoRequestIsLost(t *testing.T) {
	s := composetest.Up(t)
	watchFor(t, s, "1s")
	ada := pilot(t, s)
	load := s.Load(t, 250)
	stop := hey(t, s.URL)
	bare := dialAdmin(t, s, s.Docker.DaemonHost())

	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toWatch()
	for i := range rounds {
		composetest.Until(t, "the requests of a round", func() bool { return load.Count() >= requests*i/rounds })
		f.say("rollback")
		f.expect("TRAFFIC IS BACK on v1")
		f.expect("written down")
		bare.call(t)
		f.say("forward")
		f.expect("TRAFFIC IS THERE on v2")
		f.expect("written down")
		bare.call(t)
	}
	f.expect("type close")
	f.say("close")
	f.ends(0)
	colleague(t, s).must(t, 0, "rollback")
	composetest.Until(t, "100,000 requests", func() bool { return load.Count() >= requests })

	sent := load.Stop()
	for i, failed := range load.Failed() {
		t.Errorf("request %d that failed: sent %s, %v", i, failed.At.Format(time.StampMilli), failed.Err)
	}
	others := stop()
	back := rollbacks(ada.events(t, "latest"), sent)
	if len(back) != rounds {
		t.Fatalf("the recording has %d rollbacks, want %d", len(back), rounds)
	}
	t.Logf("%d cutovers, %d rollbacks, %d requests and %d of hey, %d failed", rounds+1, rounds+1, len(sent), others, len(load.Failed()))
	t.Logf("rollback, intent to the last send that v2 answered: p50 %s, p95 %s", quantile(back, 0.5), quantile(back, 0.95))
	t.Logf("bare runtime call of HAProxy in the same run: p50 %s, p95 %s", quantile(bare.took, 0.5), quantile(bare.took, 0.95))
}

// rollbacks is, for each rollback of a recording, how long after its intent the last
// request was sent that the version answered which had the traffic before.
func rollbacks(events []release.Event, sent []composetest.Sent) []time.Duration {
	var moves []release.Event
	for _, e := range events {
		if _, ok := e.Body.(release.SwitchStarted); ok {
			moves = append(moves, e)
		}
	}
	var out []time.Duration
	for i, e := range moves {
		way := e.Body.(release.SwitchStarted).Way
		if !way.Back {
			continue
		}
		until := time.Now()
		if i+1 < len(moves) {
			until = moves[i+1].At
		}
		last := e.At
		for _, r := range sent {
			if r.Version == way.Before.Version.String() && r.At.After(last) && r.At.Before(until) {
				last = r.At
			}
		}
		out = append(out, last.Sub(e.At))
	}
	return out
}

func quantile(of []time.Duration, q float64) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Round(10 * time.Microsecond)
}

// admin is a held-open stream to the runtime API of a stack's proxy, whose engine is at
// address, with nothing of ours in between but the stream itself.
type admin struct {
	conn net.Conn
	r    *bufio.Reader
	took []time.Duration
}

func dialAdmin(t testing.TB, s *composetest.Stack, address string) *admin {
	t.Helper()
	e, err := remote.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := e.Dial(t.Context(), s.Project+"-proxy-1", "127.0.0.1:9999")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); e.Close() })
	a := &admin{conn: conn, r: bufio.NewReader(conn)}
	a.ask(t, "prompt")
	return a
}

// call sets what a switch sets of a server, to what the server has already.
func (a *admin) call(t testing.TB) {
	t.Helper()
	began := time.Now()
	a.ask(t, "set server web/green weight 0")
	a.took = append(a.took, time.Since(began))
}

func (a *admin) ask(t testing.TB, command string) {
	t.Helper()
	a.conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintln(a.conn, command); err != nil {
		t.Fatal(err)
	}
	for {
		b, err := a.r.ReadByte()
		if err != nil {
			t.Fatal(err)
		}
		if b == '>' {
			a.r.ReadByte()
			return
		}
	}
}

// hey sends requests with a client that is not ours, until stop, which returns how many
// were answered and fails the test if any was not, or not with 200.
func hey(t testing.TB, url string) (stop func() int) {
	t.Helper()
	if _, err := exec.LookPath("hey"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Logf("without hey: %v", err)
		return func() int { return 0 }
	}
	var out bytes.Buffer
	cmd := exec.Command("hey", "-z", "1h", "-c", "2", "-q", "25", url)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Kill() })
	return func() int {
		cmd.Process.Signal(os.Interrupt)
		<-ended
		answered := 0
		for _, line := range regexp.MustCompile(`\[(\d+)\]\s+(\d+) responses`).FindAllStringSubmatch(out.String(), -1) {
			var n int
			fmt.Sscan(line[2], &n)
			answered += n
			if line[1] != "200" {
				t.Errorf("hey was answered %s times with %s", line[2], line[1])
			}
		}
		if answered == 0 || strings.Contains(out.String(), "Error distribution") {
			t.Errorf("hey says:\n%s", out.String())
		}
		return answered
	}
}
