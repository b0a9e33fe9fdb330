package compose_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// cutOver takes a release live in a slot, from another.
func (f *flight) cutOver(slot targets.Slot, r targets.Release, before targets.Slot, was targets.Release) {
	f.Helper()
	f.do(targets.VerbStage, slot, of(r))
	f.do(targets.VerbReady, slot)
	f.do(targets.VerbRoute, slot)
	f.do(targets.VerbPersist, slot, of(r), from(before, was))
}

func TestAReleaseGoesLiveAndBackAndNoRequestIsLost(t *testing.T) {
	t.Parallel()
	s := composetest.Up(t)
	f := fly(t, s)
	was := observe(t, f.target).Slots[targets.Base].Release
	if was.Version.String() != "v1" {
		t.Errorf("the base is %+v", was)
	}
	load := s.Load(t, 100)
	f.cutOver(targets.Blue, f.release("v2"), targets.Base, was)
	if v := s.Version(t.Context()); v != "v2" {
		t.Errorf("%q answers after the cutover", v)
	}
	f.do(targets.VerbRetire, targets.Base)
	h := observe(t, f.target)
	if h.Live != targets.Blue || !h.Slots[targets.Blue].Warm() || !h.Slots[targets.Base].Cold() || len(h.Differences) > 0 {
		t.Errorf("after the release: %+v", h)
	}
	if h.SwitchTook <= 0 {
		t.Error("the time of a switch was not measured")
	}
	if h.Store == nil || h.Store.Took[string(targets.VerbStage)] == 0 || h.Store.BeforeWas.Version.String() != "v1" {
		t.Errorf("the record is %+v", h.Store)
	}
	back := time.Now()
	f.do(targets.VerbStart, targets.Base)
	f.do(targets.VerbReady, targets.Base)
	f.do(targets.VerbRoute, targets.Base)
	t.Logf("back from cold in %s", time.Since(back).Round(time.Millisecond))
	if v := s.Version(t.Context()); v != "v1" {
		t.Errorf("%q answers after the way back", v)
	}
	f.timeTheWayBack(load)
	sent := load.Stop()
	if failed := load.Failed(); len(failed) > 0 {
		t.Errorf("%d of %d requests failed, the first: %v", len(failed), len(sent), failed[0].Err)
	}
}

// timeTheWayBack prints how fast it is: until it is acknowledged, and until the latest
// moment at which a request was sent that the new version answered.
func (f *flight) timeTheWayBack(load *composetest.Load) {
	f.Helper()
	for range 3 {
		f.do(targets.VerbRoute, targets.Blue)
		intent := time.Now()
		if _, err := f.try(targets.VerbRoute, targets.Base); err != nil {
			f.Fatal(err)
		}
		acknowledged := time.Since(intent)
		composetest.Until(f, "an answer of v1", func() bool { return load.LastSent("v1").After(intent.Add(acknowledged)) })
		f.Logf("acknowledged after %s, last answer of v2 sent at %s, the bare call takes %s",
			acknowledged.Round(time.Microsecond), load.LastSent("v2").Sub(intent).Round(time.Microsecond),
			observe(f.T, f.target).SwitchTook.Round(time.Microsecond))
	}
}

func TestTheFirstReleaseBringsUpTheSharedServices(t *testing.T) {
	t.Parallel()
	s := composetest.New(t)
	f := fly(t, s)
	before := observe(t, f.target)
	if before.Unknown != nil || before.Live != targets.NoSlot || before.Divided || len(before.Slots) > 0 {
		t.Errorf("before: %+v", before)
	}
	f.refusesTakenPort()
	f.cutOver(targets.Blue, f.release("v2"), targets.NoSlot, targets.Release{})
	s.WaitFor(t, "v2")
	h := observe(t, f.target)
	if h.Live != targets.Blue || len(h.Differences) > 0 || len(h.Warnings) > 0 {
		t.Errorf("after: live %s, differences %v, warnings %v", h.Live, h.Differences, h.Warnings)
	}
}

// refusesTakenPort stages while something else has the proxy's port.
func (f *flight) refusesTakenPort() {
	f.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(f.stack.URL, "http://"))
	if err != nil {
		f.Fatal(err)
	}
	defer l.Close()
	_, err = f.try(targets.VerbStage, targets.Blue, of(f.release("v2")))
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if p := problem(f.T, err, "port-taken"); !strings.Contains(p.Say.String(), port) {
		f.Errorf("the port is not named: %s", p.Say)
	}
}

func TestWhatSomebodyDidByHandIsSaid(t *testing.T) {
	t.Parallel()
	s := composetest.Up(t)
	f := fly(t, s)
	base := observe(t, f.target).Slots[targets.Base].Release
	f.cutOver(targets.Blue, f.release("v2"), targets.Base, base)
	giveBack(t, f.lease)
	if h := observe(t, f.target); warned(h, "base-running") || h.Unknown != nil {
		t.Errorf("the warm way back is warned of: %v", h.Warnings)
	}
	f.lease = acquire(t, f.target, claim("ana"))
	f.do(targets.VerbRetire, targets.Base)

	s.ComposeUp(t, "web")
	if h := observe(t, f.target); warned(h, "base-running") {
		t.Errorf("who has the lease is warned of the way back: %v", h.Warnings)
	}
	giveBack(t, f.lease)
	if h := observe(t, f.target); !warned(h, "base-running") || h.Live != targets.Blue || s.Version(t.Context()) != "v2" {
		t.Errorf("the base runs again: live %s, warnings %v", h.Live, h.Warnings)
	}

	f.lease = acquire(t, f.target, claim("ana"))
	f.do(targets.VerbRoute, targets.Base)
	h := observe(t, f.target)
	if len(h.Differences) == 0 || !strings.Contains(h.Differences[0].String(), "the store says that blue is live, the proxy sends traffic to base") {
		t.Errorf("traffic was moved and not persisted: %v", h.Differences)
	}

	edit(t, s.Dir+"/compose.yaml", func(file string) string {
		return strings.Replace(file, "image: haproxy:2.6", "image: haproxy:2.6\n    environment: {TUNED: \"1\"}", 1)
	})
	if h := observe(t, open(t, s)); !warned(h, "shared-changed") {
		t.Errorf("the proxy's configuration has changed: %v", h.Warnings)
	}

	f.hasItsFileCheckedByHAProxy()

	atOnce := 0
	if err := s.Docker.ContainerStop(t.Context(), s.Project+"-proxy-1", container.StopOptions{Timeout: &atOnce}); err != nil {
		t.Fatal(err)
	}
	h = observe(t, f.target)
	problem(t, h.Unknown, "proxy-stopped")
	if _, known := (targets.Observed{Hosts: []targets.Host{h}}).Live(); known || !warned(h, "proxy-stopped") || h.Store != nil {
		t.Errorf("the proxy is stopped: %v", h.Warnings)
	}
	refused := f.target.Check(t.Context())
	if len(refused) != 1 || refused[0].Code != "proxy-stopped" || !strings.Contains(refused[0].Hint.String(), "`docker compose start proxy`") {
		t.Errorf("the proxy is stopped: %s", list(refused))
	}
}

// hasItsFileCheckedByHAProxy adds to the file of a proxy that runs what only HAProxy minds.
func (f *flight) hasItsFileCheckedByHAProxy() {
	f.Helper()
	path := f.stack.Dir + "/haproxy/haproxy.cfg"
	if found := f.target.Check(f.Context()); len(found) > 0 {
		f.Errorf("the check refuses: %s", list(found))
	}
	for added, word := range map[string]string{
		"frontnd public\n": "frontnd",
		"backend b\n    use_backend nowhere if TRUE\n": "nowhere",
		"frontend deaf\n    default_backend web\n":     "deaf",
	} {
		var good string
		edit(f.T, path, func(file string) string { good = file; return file + "\n" + added })
		found := f.target.Check(f.Context())
		if len(found) == 0 || found[len(found)-1].Code != "proxy-config" || !strings.Contains(fmt.Sprint(found[len(found)-1].More), word) {
			f.Errorf("with %q the check says: %s", added, list(found))
		}
		edit(f.T, path, func(string) string { return good })
	}
}

func warned(h targets.Host, code string) bool {
	for _, w := range h.Warnings {
		if w.Code == code && !w.Hint.IsZero() {
			return true
		}
	}
	return false
}
