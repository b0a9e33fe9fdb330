package guard

import (
	"math"
	"time"
)

// Foresight says what the guard will be able to see, at plan time.
type Foresight struct {
	Rate    float64       `json:"rate"`    // requests a second
	Needs   int           `json:"needs"`   // requests until 1 > limit is seen, h/D; 0: never, the baseline is as bad
	After   time.Duration `json:"after"`   // Needs at Rate; 0: never
	Outage  time.Duration `json:"outage"`  // until an outage is seen; 0: never, the baseline had no traffic
	Blind   bool          `json:"blind"`   // the limit is not seen within the watch
	Silence time.Duration `json:"silence"` // no request for this long is RED; 0: never, the baseline had no traffic
}

// Foresee answers what a guard with these settings will see.
func Foresee(s Settings, b Baseline) Foresight {
	f := Foresight{Rate: b.Rate(), Silence: silence(b)}
	o := badOdds(s, b)
	h := o.bar(f.Rate * s.Watch.Seconds())
	if d := o.drift(s.Errors); d > 0 {
		f.Needs = int(math.Ceil(h / d))
	}
	if f.Rate > 0 && f.Needs > 0 {
		f.After = max(parts*Step*time.Second, windows(float64(f.Needs)/f.Rate))
	}
	f.Blind = f.After == 0 || f.After > s.Watch
	f.Outage = outage(f.Rate, h/o.hit())
	return f
}

// outage is how long it takes to see that nothing is answered well any more: by the fast
// path where a window holds enough requests for it, else by so many errors.
func outage(rate, errors float64) time.Duration {
	switch {
	case rate == 0:
		return 0
	case rate*Step >= 2*deadRequests:
		return deadWindows * Step * time.Second
	}
	return max(parts*Step*time.Second, windows(errors/rate))
}

// silence is how long without a request is no chance any more: at rate l the chance of
// none in t is e^-lt, and lt is 10 here. 0: never.
func silence(b Baseline) time.Duration {
	if b.N == 0 || b.Seconds == 0 {
		return 0
	}
	return max(5*time.Second, seconds(10/b.Rate()))
}

// windows is s seconds rounded up to whole windows.
func windows(s float64) time.Duration { return seconds(Step * math.Ceil(s/Step)) }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
