package uitest

import (
	"time"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
)

func hosts() []string { return []string{"web-1", "web-2"} }

func where(host string, slot targets.Slot) targets.Where {
	return targets.Where{Host: host, Service: "web", Slot: slot}
}

func version(tag string) targets.Release {
	image := targets.Image{Ref: "shop/web:" + tag, Pin: "sha256:" + tag, Version: text.Clean(tag)}
	return targets.Release{Version: text.Clean(tag), Images: map[string]targets.Image{"web": image}}
}

func (f *Flight) observed() targets.Observed {
	var o targets.Observed
	for _, h := range hosts() {
		if f.first {
			o.Hosts = append(o.Hosts, targets.Host{Name: h, Engine: text.Clean("20.10.24")})
			continue
		}
		o.Hosts = append(o.Hosts, targets.Host{
			Name: h, Engine: text.Clean("20.10.24"), Live: targets.Base, SwitchTook: 5 * time.Millisecond,
			Slots: map[targets.Slot]targets.SlotState{targets.Base: {
				Release:   version("v41"),
				Instances: []targets.Instance{{Service: "web", Name: text.Clean("shop-web-1"), State: targets.Running, Health: targets.Healthy}},
			}},
			Store: &targets.Record{Slot: targets.Base, Release: version("v41"), Took: map[string]time.Duration{
				string(targets.VerbStage): 12 * time.Second, string(targets.VerbReady): 3 * time.Second, string(targets.VerbRoute): 5 * time.Millisecond,
			}},
		})
	}
	return o
}

// Traffic appends a stretch of seconds in which one slot answers 20 requests a second on
// two hosts, that share of them badly, half of them within that latency.
func (f *Flight) Traffic(d time.Duration, slot targets.Slot, bad float64, half time.Duration) *Flight {
	owed := 0.0
	for s := range int(d / time.Second) {
		f.Wait(time.Second)
		var ticks []tick.Tick
		for i, h := range hosts() {
			t := tick.Tick{Where: where(h, slot), At: f.Now().Unix() - 1, N: 10}
			for r := range t.N {
				latency := half * time.Duration(50+(r*7+s*3+i)%10*10) / 100
				if (r+s)%18 == 0 {
					latency = half * 9 / 4
				}
				t.Hist = t.Hist.Add(latency)
			}
			owed += bad * float64(t.N)
			t.Bad = int(owed)
			owed -= float64(t.Bad)
			ticks = append(ticks, t)
		}
		f.Add(release.Ticked{Ticks: ticks})
	}
	return f
}

// Judge appends a verdict on the new version.
func (f *Flight) Judge(level guard.Level, why string, sum, rate float64) *Flight {
	return f.Add(release.Judged{Slot: targets.Blue, Verdict: guard.Verdict{
		Level: level, Why: why,
		Errors: guard.Evidence{S: sum, Rate: rate, Base: 0.01, Limit: 0.05},
		Slow:   guard.Evidence{S: 0.1, Rate: 0.08, Base: 0.05, Limit: 0.2},
		Seen:   7440, Needs: 320, P50: 88 * time.Millisecond, P95: 212 * time.Millisecond,
	}})
}

// Log appends lines of the new version's log.
func (f *Flight) Log(lines ...string) *Flight {
	var batch []targets.Line
	for i, l := range lines {
		f.Wait(time.Second)
		batch = append(batch, targets.Line{Where: where(hosts()[i%2], targets.Blue), At: f.Now(), Bad: true, Text: text.Clean(l)})
	}
	return f.Add(release.Logged{Lines: batch})
}

func (f *Flight) vitals(staged bool) {
	slots := []targets.Slot{targets.Base}
	if f.first {
		slots = nil
	}
	if staged {
		slots = append(slots, targets.Blue)
	}
	var seen []targets.Vital
	for i, h := range hosts() {
		for _, s := range slots {
			seen = append(seen, targets.Vital{Where: where(h, s), At: f.Now(), State: targets.Running, Health: targets.Healthy,
				CPU: 0.02 + 0.3*float64(i), Memory: uint64(388+i*24) << 20})
			if f.worker {
				seen = append(seen, f.mailer(h, s))
			}
		}
	}
	f.Add(release.VitalsSeen{Vitals: seen})
}

// Stopped appends that all instances of a slot have stopped.
func (f *Flight) Stopped(slot targets.Slot) *Flight {
	var seen []targets.Vital
	for _, h := range hosts() {
		seen = append(seen, targets.Vital{Where: where(h, slot), At: f.Now(), State: targets.Stopped})
	}
	return f.Add(release.VitalsSeen{Vitals: seen})
}

// mailer is the worker in a slot: it runs where the traffic is.
func (f *Flight) mailer(host string, slot targets.Slot) targets.Vital {
	v := targets.Vital{Where: targets.Where{Host: host, Service: "mailer", Slot: slot}, At: f.Now(), State: targets.Stopped, CPU: -1}
	if slot == f.State().Live {
		v.State, v.CPU, v.Memory = targets.Running, 0.11, 96<<20
	}
	return v
}
