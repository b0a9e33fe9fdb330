package ui_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/checks"
	"goaround/engine/release"
	"goaround/targets/fake"
	"goaround/ui/uitest"
)

const watched = `
app: shop
environments:
  production: {hosts: [local], url: "http://shop.example/"}
release:
  web: {port: 8080, ready: /healthz}
checklist:
  pre: []
watch: {for: 30m}
allow_yes: true
`

// session is a session in real time, with an engine on two fake hosts.
func session(t *testing.T) *engine.Engine {
	t.Helper()
	file, errs := checklist.Parse("goaround.yaml", []byte(watched))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	env := file.Environments[0]
	env.Hosts = []string{"web-1", "web-2"}
	target := fake.New(fake.Hosts(env.Hosts...))
	target.Flowing(20, fake.Steady, 15*time.Minute)
	e := engine.Start(t.Context(), engine.Config{
		ID: "20260609T140000-ana", Version: "test", File: file, Env: env, Ask: map[string]string{"web": fake.V2}, Pilot: "ana",
		Target: target, Checks: &checks.Runner{}, Recorder: engine.Unrecorded{}, Yes: true,
		Outside: &http.Client{Transport: &http.Transport{DialContext: target.Public, DisableKeepAlives: true}},
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		_ = e.As(uitest.Ana()).Do(ctx, release.Leave{})
		_, _ = e.Wait()
		target.Close()
	})
	return e
}

func TestTwoViewersOfOneSessionHaveTheirOwnSizesAndColours(t *testing.T) {
	e := session(t)
	small := seat(t, e.As(uitest.Ana()), 80, 24, "TERM=xterm")
	large := seat(t, e.As(uitest.Ben()), 120, 40, "TERM=xterm-256color", "COLORTERM=truecolor")
	for _, x := range []*terminal{small, large} {
		go io.Copy(io.MultiWriter(x.screen, &x.raw), x.master)
		x.shows("WATCH")
		x.shows("ONE KEY")
	}
	large.shows("HOST")
	large.types("c")
	large.shows("SAY to the crew")
	large.types("looks fine to me")
	large.until("the word", func() bool {
		large.types("\r")
		return len(large.said(e)) > 0
	})
	small.shows("ben: looks fine to me")
	if raw := small.raw.String(); strings.Contains(raw, "38;2;") || strings.Contains(raw, "38;5;") {
		t.Error("a terminal of 16 colours got others")
	}
	if !strings.Contains(large.raw.String(), "38;2;") {
		t.Error("a terminal of all colours did not get them")
	}
}

// said is what was said in a session.
func (x *terminal) said(e *engine.Engine) []release.Word {
	ctx, cancel := context.WithCancel(x.t.Context())
	defer cancel()
	for batch, err := range e.As(uitest.Ana()).Follow(ctx, 0) {
		if err != nil {
			x.t.Fatal(err)
		}
		return release.Fold(release.State{}, batch...).Words
	}
	return nil
}

// One whose terminal takes no bytes costs another nothing, and can still be sent away.
func TestAViewerThatTakesNoBytesCostsAnotherNothing(t *testing.T) {
	e := session(t)
	x := open(t, e.As(uitest.Ana()))
	x.shows("ONE KEY")
	alone := x.helped(40, func() {})
	deaf := seat(t, e.As(uitest.Ben()), 200, 60, "TERM=xterm-256color")
	// ctrl+l has it write its whole screen, which a terminal holds a few times.
	if _, err := io.ReadFull(deaf.master, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	together := x.helped(40, func() { deaf.types("\x0c") })
	t.Logf("from a key to its frame, the middle and the slowest of 40: alone %v %v, with one that takes no bytes %v %v",
		alone[20], alone[39], together[20], together[39])
	deaf.leave()
	if err := <-deaf.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	x.until("the way back", func() bool {
		x.types("R")
		return strings.Contains(x.screen.Render(), "TRAFFIC IS BACK")
	})
}

// helped is how long it took to open and close help, sorted; between the keys, something
// else is done.
func (x *terminal) helped(times int, between func()) []time.Duration {
	x.t.Helper()
	var all []time.Duration
	for i := range times {
		start := time.Now()
		x.types("?")
		x.until("help, or its end", func() bool { return strings.Contains(x.screen.Render(), "capital letters") == (i%2 == 0) })
		all = append(all, time.Since(start))
		between()
	}
	slices.Sort(all)
	return all
}
