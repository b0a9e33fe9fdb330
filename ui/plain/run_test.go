package plain_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/plain"
	"goaround/ui/uitest"
)

// ending is a session that is over once its end has been followed.
type ending struct{ *uitest.Session }

func (s ending) Follow(ctx context.Context, from uint64) iter.Seq2[[]release.Event, error] {
	return func(yield func([]release.Event, error) bool) {
		for batch, err := range s.Session.Follow(ctx, from) {
			if !yield(batch, err) || len(batch) > 0 && batch[len(batch)-1].Body.Kind() == "session.ended" {
				return
			}
		}
		if ctx.Err() != nil {
			yield(nil, ctx.Err())
		}
	}
}

// screen is what was written so far.
type screen struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// desk is a session shown as lines, with a person who types.
type desk struct {
	*testing.T
	flight  *uitest.Flight
	session ending
	keys    io.WriteCloser
	out     *screen
	over    chan error // what Run returned
	last    release.State
}

// sit shows flight, runs script, and then lets the session end if it has not.
func sit(t *testing.T, change func(*plain.Options), flight func(t *testing.T) *uitest.Flight, script func(d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		in, keys := io.Pipe()
		f := flight(t)
		d := &desk{T: t, flight: f, session: ending{uitest.NewSession(f.Events()...)}, keys: keys, out: &screen{}, over: make(chan error, 1)}
		o := plain.Options{In: in, Out: d.out, Why: "a test", Zone: time.UTC}
		if change != nil {
			change(&o)
		}
		go func() {
			s, err := plain.Run(t.Context(), d.session, o)
			d.last = s
			d.over <- err
		}()
		synctest.Wait()
		script(d)
		d.happens(release.SessionEnded{End: release.EndHeld})
		if err := <-d.over; err != nil {
			t.Errorf("run: %v", err)
		}
		if d.last.Ended == nil {
			t.Error("the last state has no end")
		}
		keys.Close()
	})
}

func (d *desk) types(line string) {
	d.Helper()
	if _, err := io.WriteString(d.keys, line); err != nil {
		d.Fatal(err)
	}
	synctest.Wait()
}

// happens lets the engine say that something happened.
func (d *desk) happens(bodies ...release.Body) {
	n := len(d.flight.Events())
	d.session.Append(d.flight.Wait(time.Second).Add(bodies...).Events()[n:]...)
	synctest.Wait()
}

func (d *desk) submitted(want ...release.Intent) {
	d.Helper()
	if diff := cmp.Diff(want, d.session.Intents(), cmpopts.EquateComparable(text.Safe{})); diff != "" {
		d.Errorf("submitted: %s", diff)
	}
}

func watching(t *testing.T) *uitest.Flight { return uitest.Start(t).Cut() }

func TestTheFirstLineSaysThatItIsPlainAndWhy(t *testing.T) {
	sit(t, nil, watching, func(d *desk) {
		if first, _, _ := strings.Cut(d.out.String(), "\n"); first != "plain mode: a test; type help for the words that answer" {
			d.Errorf("the first line is %q", first)
		}
	})
	sit(t, func(o *plain.Options) { o.In = nil }, watching, func(d *desk) {
		if first, _, _ := strings.Cut(d.out.String(), "\n"); first != "plain mode: a test" {
			d.Errorf("where nobody can type the first line is %q", first)
		}
	})
}

func TestWhatIsTypedIsSubmittedInItsOrder(t *testing.T) {
	sit(t, nil, watching, func(d *desk) {
		d.types("hold\n\nrelease\r\n")
		d.types("say " + strings.Repeat("x", 100_000) + "\nroll")
		d.types("back\n")
		got := d.session.Intents()
		if len(got) != 4 {
			d.Fatalf("submitted %d intents", len(got))
		}
		said, ok := got[2].(release.Say)
		if !ok || len(said.Text.String()) > text.MaxLine {
			d.Errorf("a long line became %T", got[2])
		}
		if diff := cmp.Diff(release.Intent(release.Rollback{}), got[3], cmpopts.EquateComparable(text.Safe{})); diff != "" {
			d.Error(diff)
		}
	})
}

func TestARefusalIsToldWithItsHint(t *testing.T) {
	sit(t, nil, watching, func(d *desk) {
		d.session.Refuse(text.NewProblem("no-watch", "there is no watch to extend", "it begins with the cutover"))
		before := len(d.out.String())
		d.types("extend\nextent\n")
		want := "no: there is no watch to extend\n  hint: it begins with the cutover\nno: that is none of the words\n  hint: go, no-go WHY,"
		if got := d.out.String()[before:]; !strings.HasPrefix(got, want) {
			d.Errorf("told:\n%s", got)
		}
		d.session.Refuse(text.NewProblem("confirm", "this team confirms rollbacks", "y confirms"))
		before = len(d.out.String())
		d.types("R\n")
		if got := d.out.String()[before:]; got != "no: this team confirms rollbacks\n  hint: type rollback yes\n" {
			d.Errorf("told:\n%s", got)
		}
	})
}

// When the input ends and nobody else can answer, the session is left.
func TestTheEndOfTheInputLeaves(t *testing.T) {
	left := release.Leave{Why: text.Clean("the input ended")}
	preflight := func(t *testing.T) *uitest.Flight { return uitest.Start(t).Checked() }
	for _, flight := range []func(*testing.T) *uitest.Flight{preflight, watching} {
		sit(t, nil, flight, func(d *desk) {
			d.keys.Close()
			synctest.Wait()
			d.submitted(left)
			d.happens(release.Closing{End: release.EndHeld})
			d.happens(release.LeaseReleased{})
			d.submitted(left)
		})
	}
}

func TestTheEndOfTheInputWaitsForARollback(t *testing.T) {
	moving := func(t *testing.T) *uitest.Flight { return uitest.Start(t).RollingBack() }
	sit(t, nil, moving, func(d *desk) {
		d.keys.Close()
		synctest.Wait()
		d.submitted()
		d.happens(release.TrafficMoved{Switch: "back-1", To: "base", Took: time.Second}, release.SwitchFinished{Name: "back-1"})
		d.submitted()
		d.happens(release.PauseOpened{Pause: release.PauseClose})
		d.submitted(release.Proceed{Pause: release.PauseClose})
	})
}

func TestGoaroundRollbackAsksWhatItWasFor(t *testing.T) {
	sit(t, nil, returning, func(d *desk) {
		if !strings.Contains(d.out.String(), "what was it for? type one of data, security, third party, behaviour, other, and words; or close") {
			d.Errorf("asked:\n%s", d.out)
		}
		d.types("data orders doubled\n")
		d.submitted(release.Explain{Reason: release.ReasonData, Text: text.Clean("orders doubled")})
		d.happens(release.Explained{Switch: "back", Reason: release.ReasonData, Text: text.Clean("orders doubled")})
		if !strings.Contains(d.out.String(), "reason  data: orders doubled, by engine") {
			d.Errorf("told:\n%s", d.out)
		}
	})
	sit(t, nil, returning, func(d *desk) {
		d.keys.Close()
		synctest.Wait()
		d.submitted(release.Proceed{Pause: release.PauseClose})
		d.happens(release.Closing{End: release.EndRolledBack})
	})
}

func TestTheEndOfTheInputMeansNothingWhereTheEngineAnswers(t *testing.T) {
	unattended := func(t *testing.T) *uitest.Flight {
		f := uitest.Start(t)
		f.Events()[0].Body = release.SessionStarted{ID: "s", App: "shop", Env: "production", Yes: true}
		return f.Cut()
	}
	sit(t, nil, unattended, func(d *desk) {
		d.keys.Close()
		d.happens(release.LeaseTaken{})
		d.submitted()
	})
}

func TestRunInJSONWritesEventsAlone(t *testing.T) {
	sit(t, func(o *plain.Options) { o.JSON = true }, watching, func(d *desk) {
		d.types("extent\nhold\n")
		d.happens(release.Held{})
		var s release.State
		for raw := range strings.Lines(d.out.String()) {
			s = release.Reduce(s, read(d.T, raw))
		}
		if s.Held == nil || s.Next != uint64(len(d.flight.Events())) {
			d.Errorf("the lines fold to a state at %d, held %v", s.Next, s.Held)
		}
		d.submitted(release.Hold{})
	})
}

// closing is an output that somebody closes after some bytes.
type closing int

func (c *closing) Write(b []byte) (int, error) {
	if *c -= closing(len(b)); *c < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}

// Where nobody sees what happens nobody answers either.
func TestAnOutputThatEndsLeaves(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		for _, enough := range []closing{0, 40, 4000} {
			synctest.Test(t, func(t *testing.T) {
				f := watching(t)
				s := ending{uitest.NewSession(f.Events()...)}
				in, keys := io.Pipe()
				defer keys.Close()
				over := make(chan error, 1)
				go func() {
					_, err := plain.Run(t.Context(), s, plain.Options{In: in, Out: &enough, JSON: asJSON})
					over <- err
				}()
				synctest.Wait()
				if diff := cmp.Diff([]release.Intent{release.Leave{Why: text.Clean("the output ended")}}, s.Intents(), cmpopts.EquateComparable(text.Safe{})); diff != "" {
					t.Error(diff)
				}
				s.Append(f.Add(release.SessionEnded{End: release.EndHeld}).Events()[len(f.Events())-1:]...)
				if err := <-over; !errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("run: %v", err)
				}
			})
		}
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := ending{uitest.NewSession(uitest.Start(t).Events()...)}
	if _, err := plain.Run(ctx, s, plain.Options{Out: io.Discard}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestAPlannedStartIsToldAndAsksForAWord(t *testing.T) {
	waiting := func(t *testing.T) *uitest.Flight { return uitest.StartAt(t, 30*time.Minute).Waiting() }
	sit(t, nil, waiting, func(d *desk) {
		for _, want := range []string{"on web-1 web-2, starts at 14:30, in 30 min 00 s", "waiting for 14:30, in 29 min", "nothing is started before; type hold, or abort"} {
			if !strings.Contains(d.out.String(), want) {
				d.Errorf("%q is not told:\n%s", want, d.out)
			}
		}
		d.happens(release.PauseOpened{Pause: release.PauseStart})
		if !strings.Contains(d.out.String(), "waiting to start, as planned for 14:30") {
			d.Errorf("told:\n%s", d.out)
		}
		d.types("go\n")
		d.submitted(release.Proceed{Pause: release.PauseStart})
	})
}

func TestAPlanThatTakesThePlaceOfAnotherSaysSo(t *testing.T) {
	f := uitest.Start(t).Ready()
	was := *f.State().Plan
	next := was
	next.Digest = "0000001" + was.Digest
	p := plain.Printer{}
	var last []string
	for _, e := range f.Add(release.PlanFrozen{Plan: next}).Events() {
		last = p.Lines(e)
	}
	if want := "plan    0000001 frozen: the hosts have changed, " + was.Short() + " and its answers and votes count no more"; !strings.Contains(last[0], want) {
		t.Errorf("told %q", last[0])
	}
}
