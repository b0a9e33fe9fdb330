package uitest

import (
	"time"

	"goaround/checklist"
	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

// Planned is the session with its plan frozen.
func (f *Flight) Planned() *Flight {
	f.Step(release.StepLease, "take the lease", 300*time.Millisecond).Add(release.LeaseTaken{})
	f.Step(release.StepImages, "pull images", 2*time.Second)
	f.Step(release.StepObserve, "observe the hosts", 200*time.Millisecond).Add(release.HostsObserved{Observed: f.observed()})
	p, err := plan.Make(plan.Desired{File: f.file(), Env: environment(), Release: version("v42"), Session: "20260609T140000-ana"}, f.observed())
	if err != nil {
		f.tb.Fatal(err)
	}
	p.BackTook, p.ColdTook = 5*time.Millisecond, 9*time.Second
	return f.Add(release.PlanFrozen{Plan: p})
}

// Contracting is the session in whose plan a job takes away what v41 needs.
func (f *Flight) Contracting() *Flight {
	f.job = true
	return f
}

// First is the session before which nothing ran.
func (f *Flight) First() *Flight {
	f.first = true
	return f
}

// OutOfTraffic is the session whose first release was taken out of traffic.
func (f *Flight) OutOfTraffic() *Flight {
	f.First().Watching().By(Ana(), release.SwitchStarted{Name: "back-1", Way: f.State().Plan.Back(1, false), Why: text.Clean("one key")})
	for _, op := range append(f.way().Route, f.way().Persist...) {
		f.Add(release.OpStarted{Op: op, Step: "back-1"}, release.OpFinished{ID: op.ID, Took: 4 * time.Millisecond})
	}
	f.Add(release.TrafficMoved{Switch: "back-1", To: targets.NoSlot, Took: 4 * time.Millisecond}, release.SwitchFinished{Name: "back-1"})
	return f.Add(release.PauseOpened{Pause: release.PauseClose})
}

// Asking is the session in which something is asked right after the cutover.
func (f *Flight) Asking() *Flight {
	f.asks = true
	return f
}

// Working is the session whose release has a worker, mailer, that is swapped stop-first.
func (f *Flight) Working() *Flight {
	f.worker = true
	return f
}

func (f *Flight) file() *checklist.File {
	c := file()
	if f.asks {
		c.During = append(c.During, checklist.Item{ID: "during-4", Phase: checklist.During, Kind: checklist.Ask, Title: "Cache warm?"})
	}
	if f.worker {
		c.Release = append(c.Release, checklist.Service{Name: "mailer", Order: checklist.StopFirst})
	}
	if f.job {
		c.Jobs = []checklist.Job{{Name: "drop-legacy", Service: "web", Command: []string{"/shop", "drop-legacy"}, Class: checklist.JobContract, Timeout: 10 * time.Minute}}
		c.During = append([]checklist.Item{{ID: "during-0", Phase: checklist.During, Kind: checklist.RunJob, Title: "job drop-legacy", Job: "drop-legacy"}}, c.During...)
	}
	return c
}

// Checked is the session with the AUTO items of preflight answered and two ASK items open.
func (f *Flight) Checked() *Flight {
	f.Planned()
	for _, id := range []string{"image", "wayback", "pre-1"} {
		f.Add(release.ItemStarted{Item: id}).Wait(400 * time.Millisecond)
		f.Add(release.ItemAnswered{Item: id, OK: true, Evidence: text.Clean(evidence()[id]), Took: 400 * time.Millisecond})
	}
	f.Add(release.ItemStarted{Item: "baseline"})
	f.Traffic(30*time.Second, targets.Base, 0.01, 90*time.Millisecond)
	f.Add(release.BaselineLearned{
		Baselines: []guard.Baseline{{Service: "web", Seconds: 900, N: 18204, Bad: 182, P50: 90 * time.Millisecond, P95: 205 * time.Millisecond, Slow: 910}},
		Foresight: []guard.Foresight{{Rate: 20, Needs: 320, After: 25 * time.Second, Outage: 25 * time.Second, Silence: 5 * time.Second}},
	})
	return f.Add(release.ItemAnswered{Item: "baseline", OK: true, Evidence: text.Clean("18204 requests, 1.0 % errors"), Took: 30 * time.Second})
}

// Ready is the session at the vote.
func (f *Flight) Ready() *Flight {
	f.Checked().Wait(5*time.Second).By(Ben(), release.ItemAnswered{Item: "pre-2", OK: true})
	f.Wait(2*time.Second).By(Ana(), release.ItemAnswered{Item: "pre-3", OK: true})
	return f.Add(release.PauseOpened{Pause: release.PauseVote})
}

// Waiting is the session that waits for its planned start.
func (f *Flight) Waiting() *Flight {
	f.Ready().Wait(3 * time.Second)
	f.By(Ana(), release.Voted{Plan: f.State().Plan.Digest, Go: true})
	return f.Add(release.PausePassed{Pause: release.PauseVote})
}

// Voted is the session at the start of STAGE.
func (f *Flight) Voted() *Flight {
	return f.Waiting().Add(release.PhaseEntered{Phase: release.PhaseStage})
}

// Staging is the session while the idle slot comes up: one host done, one not.
func (f *Flight) Staging() *Flight {
	f.Voted()
	if f.job {
		f.run("during-0-warn", 20*time.Millisecond).run("during-0", 9*time.Second)
	}
	st, _ := f.State().Plan.Step(plan.StepStage)
	f.Add(release.StepStarted{Step: st.ID, Title: st.Title})
	for _, op := range st.Ops {
		f.Add(release.OpStarted{Op: op, Step: st.ID})
	}
	f.Wait(6 * time.Second).Add(release.OpFinished{ID: st.Ops[0].ID, Took: 6 * time.Second})
	return f.Wait(4 * time.Second)
}

// Dropping is the session with its job running.
func (f *Flight) Dropping() *Flight {
	f.Contracting().Voted()
	f.run("during-0-warn", 20*time.Millisecond)
	st, _ := f.State().Plan.Step("during-0")
	f.Add(release.StepStarted{Step: st.ID, Title: st.Title}, release.OpStarted{Op: st.Ops[0], Step: st.ID}).Wait(9 * time.Second)
	return f.Add(release.OpProgressed{ID: st.Ops[0].ID, Text: text.Clean("0118: orders.legacy_total dropped")})
}

// RedHolding is the session whose verdict is RED, and whose way back is not safe.
func (f *Flight) RedHolding() *Flight {
	f.Contracting().Watching()
	f.Traffic(40*time.Second, targets.Blue, 0.082, 95*time.Millisecond)
	return f.Judge(guard.Red, "errors 8.1 % > 5 %", 1.05, 0.081)
}

// Staged is the session at the CUTOVER pause.
func (f *Flight) Staged() *Flight {
	f.Staging()
	st, _ := f.State().Plan.Step(plan.StepStage)
	f.Add(release.OpFinished{ID: st.Ops[1].ID, Took: 10 * time.Second}, release.StepFinished{Step: st.ID, Took: 10 * time.Second})
	f.run(plan.StepReady, 3*time.Second)
	f.Add(release.ItemStarted{Item: "during-2"}).Wait(time.Second)
	f.Add(release.ItemAnswered{Item: "during-2", OK: true, Evidence: text.Clean("/login 200, /pay 200"), Took: time.Second})
	f.vitals(true)
	f.Traffic(2*time.Minute, targets.Base, 0.01, 90*time.Millisecond)
	return f.Add(release.PhaseEntered{Phase: release.PhaseCutover}, release.PauseOpened{Pause: release.PauseCutover})
}

// Cut is the session right after the cutover, in the watch.
func (f *Flight) Cut() *Flight {
	f.Staged().Wait(4*time.Second).By(Ana(), release.PausePassed{Pause: release.PauseCutover})
	f.run(plan.StepCutover, 20*time.Millisecond)
	f.Add(release.TrafficMoved{To: targets.Blue, Took: 20 * time.Millisecond})
	f.Add(release.PhaseEntered{Phase: release.PhaseWatch}, release.WatchStarted{Until: f.mono + 30*time.Minute})
	if f.worker {
		f.run(plan.StepSwap, 3*time.Second)
	}
	return f.run(plan.StepPersist, 30*time.Millisecond)
}

// Watching is the session after some minutes of a good watch.
func (f *Flight) Watching() *Flight {
	f.Cut()
	f.Traffic(3*time.Minute, targets.Blue, 0.009, 92*time.Millisecond)
	f.vitals(true)
	f.Log("WARN pay: retry 1/3 upstream 502", "ERROR GET /cart 500 trace=ab12", "ERROR GET /cart 500 trace=ab13", "WARN slow query 812 ms orders.list")
	f.By(Ben(), release.Said{Text: text.Clean("cart 500s look like the old bug, not ours")})
	f.Judge(guard.OK, "", 0.2, 0.009)
	return f.Add(release.ItemStarted{Item: "public"}, release.ItemAnswered{Item: "public", OK: true, Evidence: text.Clean("https://shop.example/ 200 in 41 ms")})
}

// Red is the session 3 s into the countdown.
func (f *Flight) Red() *Flight {
	f.Watching()
	f.Traffic(40*time.Second, targets.Blue, 0.082, 95*time.Millisecond)
	f.Judge(guard.Red, "errors 8.1 % > 5 %", 1.05, 0.081)
	f.Add(release.CountdownStarted{Until: f.mono + release.Countdown, Why: text.Clean("guard: errors 8.1 % > 5 %")})
	return f.Wait(3 * time.Second)
}

// RollingBack is the session with one host of two switched back.
func (f *Flight) RollingBack() *Flight {
	f.Red().By(Ana(), release.SwitchStarted{Name: "back-1", Way: f.State().Plan.Back(1, false), Why: text.Clean("one key")})
	route := f.way().Route
	for _, op := range route {
		f.Add(release.OpStarted{Op: op, Step: "back-1"})
	}
	return f.Wait(4 * time.Millisecond).Add(release.OpFinished{ID: route[0].ID, Took: 4 * time.Millisecond})
}

// Back is the session with the traffic back and requests draining.
func (f *Flight) Back() *Flight {
	f.RollingBack().Wait(36 * time.Millisecond)
	f.Add(release.OpFinished{ID: f.way().Route[1].ID, Took: 40 * time.Millisecond})
	f.Add(release.TrafficMoved{Switch: "back-1", To: targets.Base, Took: 40 * time.Millisecond})
	for _, op := range f.way().Persist {
		f.Add(release.OpStarted{Op: op, Step: "back-1"}, release.OpFinished{ID: op.ID, Took: 12 * time.Millisecond})
	}
	for _, op := range f.way().Swap {
		f.Add(release.OpStarted{Op: op, Step: "back-1"})
	}
	if f.worker {
		f.Wait(3 * time.Second)
	}
	for _, op := range f.way().Swap {
		f.Add(release.OpFinished{ID: op.ID, Took: 3 * time.Second})
	}
	f.Add(release.SwitchFinished{Name: "back-1"})
	f.Traffic(3*time.Second, targets.Base, 0.01, 90*time.Millisecond)
	if f.worker {
		f.vitals(true)
	}
	f.Add(release.Ticked{Active: []release.InFlight{{Where: where("web-1", targets.Blue), N: 3}}})
	return f.Add(release.PauseOpened{Pause: release.PauseClose})
}

// Following is the session with the traffic back and the workers on their way.
func (f *Flight) Following() *Flight {
	f.Working().RollingBack().Wait(36 * time.Millisecond)
	f.Add(release.OpFinished{ID: f.way().Route[1].ID, Took: 40 * time.Millisecond})
	f.Add(release.TrafficMoved{Switch: "back-1", To: targets.Base, Took: 40 * time.Millisecond})
	for _, op := range f.way().Swap {
		f.Add(release.OpStarted{Op: op, Step: "back-1"})
	}
	return f.Wait(2 * time.Second)
}

// Stranded is Following whose worker does not come back on the second host.
func (f *Flight) Stranded() *Flight {
	f.Following()
	for _, op := range f.way().Persist {
		f.Add(release.OpStarted{Op: op, Step: "back-1"}, release.OpFinished{ID: op.ID, Took: 12 * time.Millisecond})
	}
	p := text.NewProblem("not-ready", "mailer in base ended with code 1", "its last log lines are below")
	f.Add(release.OpFinished{ID: f.way().Swap[0].ID, Took: 2 * time.Second}, release.OpFinished{ID: f.way().Swap[1].ID, Took: 2 * time.Second, Problem: p})
	return f.Add(release.SwitchFinished{Name: "back-1"}, release.PauseOpened{Pause: release.PauseClose})
}

// Mixed is the session whose second host did not switch back.
func (f *Flight) Mixed() *Flight {
	f.RollingBack().Wait(2 * time.Second)
	p := text.NewProblem("mixed", "web-2 could not be switched to base: the proxy does not answer", "`goaround status` says what it serves; `goaround rollback` tries again")
	f.Add(release.OpFinished{ID: f.way().Route[1].ID, Took: 2 * time.Second, Problem: p})
	return f.Add(release.SwitchFinished{Name: "back-1", Mixed: []string{"web-2"}, Problem: p})
}

// Ended is the session that was rolled back and closed.
func (f *Flight) Ended() *Flight {
	f.Back().Wait(20*time.Second).By(Ana(), release.PausePassed{Pause: release.PauseClose}, release.Closing{End: release.EndRolledBack})
	f.Step(release.StepRelease, "give back the lease", 40*time.Millisecond)
	return f.Add(release.LeaseReleased{}, release.SessionEnded{End: release.EndRolledBack})
}

// Shipped is the session that went well to its end.
func (f *Flight) Shipped() *Flight {
	f.Watching().Wait(27*time.Minute).By(Ana(), release.PausePassed{Pause: release.PauseClose}, release.Closing{End: release.EndShipped})
	f.run(plan.StepRetire, 2*time.Second)
	return f.Add(release.LeaseReleased{}, release.SessionEnded{End: release.EndShipped})
}

// Draining is the session that is being closed, with requests of the old version in flight
// on both hosts.
func (f *Flight) Draining() *Flight {
	f.Watching().Wait(27*time.Minute).By(Ana(), release.PausePassed{Pause: release.PauseClose}, release.Closing{End: release.EndShipped})
	st, _ := f.State().Plan.Step(plan.StepRetire)
	f.Add(release.StepStarted{Step: st.ID, Title: st.Title})
	for i, op := range st.Ops {
		f.Add(release.OpStarted{Op: op, Step: st.ID}, release.OpProgressed{ID: op.ID, Text: text.Clean([]string{"draining 2 requests", "draining 1 request"}[i]), InFlight: 2 - i})
	}
	return f.Wait(3 * time.Second)
}

// Severed is Draining to its end: what had not ended on one host was cut.
func (f *Flight) Severed() *Flight {
	f.Draining().Wait(27 * time.Second)
	st, _ := f.State().Plan.Step(plan.StepRetire)
	p := targets.CutOff(2, st.Ops[0].Drain)
	f.Add(release.OpProgressed{ID: st.Ops[0].ID, Text: p.Text, Cut: p.Cut})
	for _, op := range st.Ops {
		f.Add(release.OpFinished{ID: op.ID, Took: 31 * time.Second})
	}
	f.Add(release.StepFinished{Step: st.ID, Took: 31 * time.Second})
	return f.Add(release.LeaseReleased{}, release.SessionEnded{End: release.EndShipped})
}

// Failed is the session whose new version never becomes ready on one host.
func (f *Flight) Failed() *Flight {
	f.Staging()
	st, _ := f.State().Plan.Step(plan.StepStage)
	f.Add(release.OpFinished{ID: st.Ops[1].ID, Took: 10 * time.Second}, release.StepFinished{Step: st.ID, Took: 10 * time.Second})
	ready, _ := f.State().Plan.Step(plan.StepReady)
	f.Add(release.StepStarted{Step: ready.ID, Title: ready.Title}, release.OpStarted{Op: ready.Ops[0], Step: ready.ID}, release.OpStarted{Op: ready.Ops[1], Step: ready.ID})
	f.Wait(60 * time.Second)
	p := notReady()
	f.Add(release.OpFinished{ID: ready.Ops[0].ID, Took: 2 * time.Second}, release.OpFinished{ID: ready.Ops[1].ID, Took: time.Minute, Problem: p})
	return f.Add(release.StepFinished{Step: ready.ID, Took: time.Minute, Problem: p}, release.Closing{End: release.EndAborted, Problem: p})
}

// Aborted is Failed to its end.
func (f *Flight) Aborted() *Flight {
	f.Failed().Step(release.StepCleanup, "remove blue", 3*time.Second)
	return f.Add(release.LeaseReleased{}, release.SessionEnded{End: release.EndAborted, Problem: notReady()})
}

func (f *Flight) way() plan.Way {
	sw, _ := f.State().Switch()
	return sw.Way
}

// run appends a step of the plan whose operations all end well.
func (f *Flight) run(id string, took time.Duration) *Flight {
	st, _ := f.State().Plan.Step(id)
	f.Add(release.StepStarted{Step: st.ID, Title: st.Title})
	for _, op := range st.Ops {
		f.Add(release.OpStarted{Op: op, Step: st.ID})
	}
	f.Wait(took)
	for _, op := range st.Ops {
		f.Add(release.OpFinished{ID: op.ID, Took: took})
	}
	return f.Add(release.StepFinished{Step: st.ID, Took: took})
}

func notReady() *text.Problem {
	p := text.NewProblem("not-ready", "web on web-2 did not answer /healthz with 2xx within 60 s, last: connection refused", "read its last lines below, mend the image, deploy again; nothing was switched")
	for _, l := range []string{
		"starting shop v42 on :8080", "config: PAY_URL=https://pay.example/", "connect to db:5432 ... ok",
		"migrations: 117 applied, 1 pending", "panic: column orders.note does not exist",
		"goroutine 1 [running]:", "main.mustMigrate(0x40001a2000)", "exit status 2",
	} {
		p.More = append(p.More, text.Clean(l))
	}
	return p
}

func file() *checklist.File {
	return &checklist.File{
		App: "shop", Release: []checklist.Service{{Name: "web"}},
		Pre: []checklist.Item{
			{ID: "pre-1", Phase: checklist.Pre, Kind: checklist.Command, Title: "CI is green on this commit", Command: []string{"./bin/ci-status"}},
			{ID: "pre-2", Phase: checklist.Pre, Kind: checklist.Ask, Title: "On-call told in #ops?", Who: "copilot", Key: true},
			{ID: "pre-3", Phase: checklist.Pre, Kind: checklist.Ask, Title: "No other deploy running?"},
		},
		During: []checklist.Item{
			{ID: "during-1", Phase: checklist.During, Kind: checklist.Stage},
			{ID: "during-2", Phase: checklist.During, Kind: checklist.Smoke, Title: "smoke /login /pay"},
			{ID: "during-3", Phase: checklist.During, Kind: checklist.Cutover},
		},
		Post: []checklist.Item{
			{ID: "post-1", Phase: checklist.Post, Kind: checklist.Ask, Title: "Orders flowing?", After: 10 * time.Minute},
		},
		Cutover: checklist.CutoverAsk, Watch: 30 * time.Minute,
		Guard:    checklist.Guard{Errors: 0.05, Latency: 2, Auto: checklist.AutoCountdown},
		Rollback: checklist.Rollback{Drain: 30 * time.Second},
	}
}

func environment() checklist.Environment {
	return checklist.Environment{Name: "production", Hosts: hosts(), URL: "https://shop.example/", Votes: 1}
}

func evidence() map[string]string {
	return map[string]string{
		"image":   "sha256:9c1f..02 on 2 hosts",
		"wayback": "v41 in slot base on 2 hosts",
		"pre-1":   "run 8812",
	}
}
