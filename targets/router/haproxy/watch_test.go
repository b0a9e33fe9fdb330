package haproxy_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/docker/docker/pkg/stdcopy"
	"github.com/google/go-cmp/cmp"

	"goaround/targets"
)

const statHead = "# pxname,svname,qcur,scur,stot,econ,eresp,wretr,wredis,lbtot,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,cli_abrt,srv_abrt,\n"

// sightings runs a watch for a while and returns what it saw.
func sightings(t *testing.T, h *fakeHost, run func()) []targets.Sighting {
	t.Helper()
	var all []targets.Sighting
	p := fly(t, h, "web")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Watch(ctx, func(s targets.Sighting) { all = append(all, s) })
	}()
	run()
	synctest.Wait()
	cancel()
	<-done
	return all
}

func of[T targets.Sighting](all []targets.Sighting) []T {
	var found []T
	for _, s := range all {
		if one, ok := s.(T); ok {
			found = append(found, one)
		}
	}
	return found
}

func TestALogLineIsARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := map[string]string{
			`{"t":1,"b":"web","s":"blue","st":200,"tc":1,"rt":20,"ta":25,"ts":"--"}`:                         "blue good 21.5ms",
			`{"t":1,"b":"web","s":"blue","st":200,"tc":0,"rt":0,"ta":0,"ts":"--"}`:                           "blue good 500µs",
			`GET "/{\"t\":9}" {"a":1} {"t":1,"b":"web","s":"green","st":500,"tc":0,"rt":2,"ta":3,"ts":"--"}`: "green bad 2.5ms",
			`{"t":1,"b":"web","s":"blue","st":404,"tc":0,"rt":2,"ta":3,"ts":"--"}`:                           "blue good 2.5ms",
			`{"t":1,"b":"web","s":"blue","st":503,"tc":-1,"rt":-1,"ta":3006,"ts":"SC"}`:                      "blue bad 0s",
			`{"t":1,"b":"web","s":"blue","st":504,"tc":0,"rt":-1,"ta":502,"ts":"sH"}`:                        "blue bad 0s",
			`{"t":1,"b":"web","s":"blue","st":200,"tc":0,"rt":1,"ta":9,"ts":"SD"}`:                           "blue bad 1.5ms",
			`{"t":1,"b":"web","s":"blue","st":101,"tc":0,"rt":1,"ta":9000,"ts":"SD"}`:                        "blue good 1.5ms",
			`{"t":1,"b":"web","s":"blue","st":200,"tc":0,"rt":1,"ta":201,"ts":"CD"}`:                         "blue aborted 1.5ms",
			`{"t":1,"b":"web","s":"blue","st":-1,"tc":0,"rt":-1,"ta":107,"ts":"CD"}`:                         "blue aborted 0s",
			`{"t":1,"b":"web","s":"<NOSRV>","st":503,"tc":-1,"rt":-1,"ta":0,"ts":"SC"}`:                      " bad 0s",
			`{"t":1,"b":"web","s":"<NOSRV>","st":301,"tc":-1,"rt":-1,"ta":0,"ts":"LR"}`:                      "",
			`{"t":1,"b":"other","s":"blue","st":200,"tc":0,"rt":1,"ta":1,"ts":"--"}`:                         "",
			`{"t":1,"b":"web","s":"\u001b[31m","st":200,"tc":0,"rt":1,"ta":1,"ts":"--"}`:                     "",
			`{"t":1,"b":"web","s":"blue","st":200,"ts":""}`:                                                  "",
			"Server web/blue is UP/READY (resolves again).":                                                  "",
			"{" + strings.Repeat("x", 1<<20) + "}":                                                           "",
		}
		for line, want := range lines {
			h := newFakeHost(newWorker(8, "web"))
			h.worker.stat = statHead
			requests := of[targets.Request](sightings(t, h, func() {
				h.say("2026-11-28T10:00:00.000000001Z " + line + "\n")
				h.logW.Close()
			}))
			got := ""
			if len(requests) == 1 {
				q := requests[0]
				word := map[bool]string{true: "bad", false: "good"}[q.Bad]
				if q.Aborted {
					word = "aborted"
				}
				got = string(q.Slot) + " " + word + " " + q.Latency.String()
				if q.Host != "local" || q.Service != "web" || q.At.UnixMilli() != 1 {
					t.Errorf("%+v", q)
				}
			}
			if got != want {
				t.Errorf("%.80s: %q instead of %q", line, got, want)
			}
		}
	})
}

func TestALogGoesOnBehindTheLastLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.worker.stat = statHead
		sightings(t, h, func() {
			h.say("2026-11-28T10:00:00.000000001Z hello\n")
			h.logW.Close()
			time.Sleep(time.Second)
		})
		want := time.Date(2026, 11, 28, 10, 0, 0, 2, time.UTC)
		if len(h.since) < 2 || !h.since[0].IsZero() || !h.since[1].Equal(want) {
			t.Errorf("%v", h.since)
		}
	})
}

func TestAPieceOfALogGivesItsRequests(t *testing.T) {
	var log bytes.Buffer
	for range 3 {
		fmt.Fprintln(stdcopy.NewStdWriter(&log, stdcopy.Stdout), `2026-11-28T10:00:00.000000001Z {"t":1,"b":"web","s":"base","st":200,"tc":1,"rt":20,"ta":25,"ts":"--"}`)
	}
	n := 0
	fly(t, newFakeHost(nil), "web").Read(t.Context(), io.NopCloser(&log), func(q targets.Request) {
		if n++; q.Slot != targets.Base {
			t.Errorf("%+v", q)
		}
	})
	if n != 3 {
		t.Errorf("%d requests", n)
	}
}

func TestCountersArePutTogetherFromRecordedOnes(t *testing.T) {
	for name, c := range map[string]struct {
		row  string // behind the names of backend and server
		want [3]int // requests, bad, active
	}{
		"nothing yet":                             {"0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,", [3]int{0, 0, 0}},
		"two in flight":                           {"0,2,6,0,1,0,0,6,0,1,0,1,1,0,0,0,", [3]int{4, 2, 2}},
		"refused, each tried four times":          {"0,0,12,3,0,9,0,3,0,0,0,0,0,0,0,0,", [3]int{3, 3, 0}},
		"refused, and answered by another server": {"0,0,3,0,0,0,3,3,0,0,0,0,0,0,0,0,", [3]int{0, 0, 0}},
		"answers tried again":                     {"0,0,7,0,1,8,0,3,0,1,0,0,1,0,0,0,", [3]int{3, 2, 0}},
		"broken off in the middle":                {"0,0,9,0,5,0,0,9,0,8,0,0,0,0,0,4,", [3]int{9, 5, 0}},
		"hints before answers":                    {"0,0,4,0,1,0,0,4,2,4,0,0,0,0,1,1,", [3]int{4, 1, 0}},
		"a wait in the queue":                     {"0,0,2,0,0,0,0,1,0,2,0,0,0,0,0,0,", [3]int{2, 0, 0}},
		"closed without an answer":                {"0,0,7,0,1,0,0,7,0,4,0,0,0,0,1,0,", [3]int{7, 2, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newFakeHost(newWorker(8, "web"))
				h.worker.stat = statHead + "web,blue," + c.row + "\n"
				all := of[targets.Counter](sightings(t, h, func() {
					h.logW.Close()
					time.Sleep(1500 * time.Millisecond)
				}))
				if len(all) != 2 {
					t.Fatalf("%d counters in 1.5 s", len(all))
				}
				last := all[1]
				if got := [3]int{int(last.Requests), int(last.Bad), last.Active}; got != c.want {
					t.Error(cmp.Diff(c.want, got))
				}
				if last.Process != "8@1795836333" || last.Dropped != 7 || last.Slot != targets.Blue {
					t.Errorf("%+v", last)
				}
			})
		})
	}
}

func TestATotalNeverFallsWhileAWorkerLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		rows := []string{"0,0,9,0,0,0,0,9,0,8,0,0,0,0,0,0,", "0,1,9,0,0,0,0,9,0,8,0,0,0,0,0,0,", "0,0,9,0,0,0,0,9,0,9,0,0,0,0,0,0,"}
		var all []targets.Counter
		p := fly(t, h, "web")
		h.worker.stat = statHead + "web,blue," + rows[0]
		go p.Watch(t.Context(), func(s targets.Sighting) {
			if c, ok := s.(targets.Counter); ok {
				all = append(all, c)
			}
		})
		h.logW.Close()
		time.Sleep(500 * time.Millisecond)
		for _, row := range append(rows[1:], rows[2]) {
			h.do(func(w *worker) { w.stat = statHead + "web,blue," + row })
			time.Sleep(time.Second)
		}
		synctest.Wait()
		for _, c := range all {
			if c.Requests != 9 || c.Bad != 0 {
				t.Errorf("%d requests, %d bad", c.Requests, c.Bad)
			}
		}
	})
}

func TestAnAlarmIsSaidOnceAndTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.worker.stat = statHead
		alarms := of[targets.Alarm](sightings(t, h, func() {
			h.logW.Close()
			time.Sleep(2500 * time.Millisecond)
			h.do(func(w *worker) { w.servers["web/base"].weight = 0 })
			time.Sleep(5 * time.Second)
			h.do(func(w *worker) { w.servers["web/base"].weight = 100 })
			time.Sleep(5 * time.Second)
		}))
		if len(alarms) != 2 || alarms[0].Clear || !alarms[1].Clear || alarms[1].Problem != alarms[0].Problem ||
			!strings.Contains(alarms[0].Problem.Error(), "web/base has weight 0") {
			t.Errorf("%+v", alarms)
		}
	})
}

func TestTheWayOfASwitchIsRehearsedWhileTheProxyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.worker.stat = statHead
		began := time.Now()
		tried := of[targets.Rehearsed](sightings(t, h, func() {
			h.logW.Close()
			time.Sleep(11500 * time.Millisecond)
			h.mu.Lock()
			h.worker.stopping, h.worker = true, nil
			h.mu.Unlock()
			time.Sleep(30 * time.Second)
		}))
		var at []time.Duration
		for _, r := range tried {
			at = append(at, r.At.Sub(began).Round(time.Second))
		}
		if want := []time.Duration{0, 5 * time.Second, 10 * time.Second}; !slices.Equal(at, want) || tried[0].Host == "" {
			t.Errorf("rehearsed after %v, want %v", at, want)
		}
	})
}

func TestASwitchRaisesNoAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.worker.stat = statHead
		p := fly(t, h, "web")
		var all []targets.Sighting
		go p.Watch(t.Context(), func(s targets.Sighting) { all = append(all, s) })
		h.logW.Close()
		for _, to := range []targets.Slot{targets.Blue, targets.Green, targets.Base} {
			if err := p.Switch(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
		}
		synctest.Wait()
		if alarms := of[targets.Alarm](all); len(alarms) > 0 {
			t.Errorf("%+v", alarms)
		}
	})
}

func TestAProxyThatStopsIsLetGoAndFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := newWorker(8, "web")
		old.stat = statHead
		h := newFakeHost(old)
		alarms := of[targets.Alarm](sightings(t, h, func() {
			h.logW.Close()
			time.Sleep(1500 * time.Millisecond)
			h.mu.Lock()
			old.stopping = true
			h.worker = nil
			h.mu.Unlock()
			time.Sleep(10 * time.Second)
			for _, conn := range h.conns {
				if _, err := conn.Write([]byte{0}); err == nil {
					t.Error("a stream holds the old worker")
				}
			}
			h.mu.Lock()
			h.worker = newWorker(21, "web")
			h.worker.stat = statHead
			h.mu.Unlock()
			time.Sleep(5 * time.Second)
		}))
		if len(alarms) != 2 || alarms[0].Problem.Code != "proxy-silent" || !alarms[1].Clear {
			t.Errorf("%+v", alarms)
		}
	})
}
