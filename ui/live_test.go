package ui_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

// flood appends what a busy watch brings until ctx ends: ten updates a second, and with
// them 500 lines of log.
func flood(ctx context.Context, f *uitest.Flight, session *uitest.Session) {
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		n := len(f.Events())
		f.Wait(100 * time.Millisecond)
		var ticks []tick.Tick
		var lines []targets.Line
		for j := range 50 {
			where := targets.Where{Host: fmt.Sprint("web-", j%2+1), Service: "web", Slot: targets.Blue}
			if j < 2 {
				k := tick.Tick{Where: where, At: f.Now().Unix() - 1, N: 20}
				ticks = append(ticks, k)
			}
			lines = append(lines, targets.Line{Where: where, At: f.Now(), Bad: true, Text: text.Clean(fmt.Sprintf("ERROR GET /item/%d 500 trace=%08x worker %c%c", j, i*j, 'a'+j%26, 'a'+i%26))})
		}
		session.Append(f.Add(release.Ticked{Ticks: ticks}, release.Logged{Lines: lines}).Events()[n:]...)
	}
}

// BenchmarkLive says what a busy watch costs at 200x60 in a real terminal: how long from a
// key to the frame that it leads to, of which every cell is new, how much of a processor,
// how many bytes a frame; and how late a timer is on this machine. It measures once a run.
func BenchmarkLive(b *testing.B) {
	for b.Loop() {
		f := uitest.Start(b).Cut().Traffic(30*time.Minute, targets.Blue, 0.01, 90*time.Millisecond)
		session := uitest.NewSession(slices.Clone(f.Events())...)
		ctx, cancel := context.WithCancel(b.Context())
		master, tty, err := pty.Open()
		if err != nil {
			b.Fatal(err)
		}
		if err := pty.Setsize(master, &pty.Winsize{Cols: 200, Rows: 60}); err != nil {
			b.Fatal(err)
		}
		s := &screenful{emulator: vt.NewSafeEmulator(200, 60), shown: make(chan bool, 1)}
		go io.Copy(s, master)
		go io.Copy(master, s.emulator)
		ended := make(chan error, 1)
		go func() {
			_, err := ui.Run(ctx, session, program.Options{By: uitest.Ana(), In: tty, Out: tty, Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"}})
			ended <- err
		}()
		go flood(ctx, f, session)
		s.until(b, false)
		var waits, late []time.Duration
		for i := range 500 {
			pause, slept := time.Duration(3+i*7%29)*time.Millisecond, time.Now()
			time.Sleep(pause)
			late = append(late, time.Since(slept)-pause)
			start := time.Now()
			if _, err := io.WriteString(master, "?"); err != nil {
				b.Fatal(err)
			}
			s.until(b, i%2 == 0)
			waits = append(waits, time.Since(start))
		}
		percentiles(b, waits, "key-to-frame")
		percentiles(b, late, "timer-late")
		s.blind.Store(true)
		start, used, bytes, frames := time.Now(), processor(b), s.bytes.Load(), s.frames.Load()
		time.Sleep(10 * time.Second)
		b.ReportMetric(100*float64(processor(b)-used)/float64(time.Since(start)), "%-of-a-core")
		b.ReportMetric(float64(s.bytes.Load()-bytes)/float64(max(s.frames.Load()-frames, 1)), "bytes-a-frame")
		b.ReportMetric(float64(s.frames.Load()-frames)/time.Since(start).Seconds(), "frames/s")
		cancel()
		<-ended
		master.Close()
		tty.Close()
		b.ReportMetric(0, "ns/op")
	}
}

func percentiles(b *testing.B, times []time.Duration, what string) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/1e6, "ms-"+what+"-p50")
	b.ReportMetric(float64(times[len(times)*99/100])/1e6, "ms-"+what+"-p99")
}

// screenful is a terminal that says when help has come or gone.
type screenful struct {
	emulator      *vt.SafeEmulator
	shown         chan bool
	help          bool
	blind         atomic.Bool // bytes are counted alone
	bytes, frames atomic.Int64
}

// Write implements io.Writer. The renderer writes each frame at once.
func (s *screenful) Write(p []byte) (int, error) {
	s.bytes.Add(int64(len(p)))
	s.frames.Add(1)
	if s.blind.Load() {
		return len(p), nil
	}
	n, err := s.emulator.Write(p)
	var row strings.Builder
	for x := range 12 {
		if c := s.emulator.CellAt(x, 2); c != nil {
			row.WriteString(c.Content)
		}
	}
	select {
	case <-s.shown:
	default:
	}
	s.shown <- strings.Contains(row.String(), "KEYS")
	return n, err
}

// until waits until help is on the screen, or is not.
func (s *screenful) until(b *testing.B, help bool) {
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	for {
		select {
		case got := <-s.shown:
			if got == help {
				return
			}
		case <-deadline.C:
			b.Fatalf("help on the screen: never %v", help)
		}
	}
}

// processor is the time that this process has used of the processors.
func processor(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
