package cli

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"goaround/checklist"
	"goaround/targets/demo"
	"goaround/targets/text"
)

//go:embed demo.yaml
var demoFile []byte

// maxSpeed leaves a hold of minutes some tenths of a second.
const maxSpeed = 1000

func (a *app) demo() *cobra.Command {
	o := demo.Options{}
	var kind string
	f := flight{demo: true}
	c := &cobra.Command{
		Use:   "demo",
		Short: "Fly a deploy in this process: no Docker, nothing to set up",
		Long: "Real HTTP servers on loopback for the old and the new version, a real reverse proxy in front, and visitors.\n\n" +
			"--release: good is fine; bad answers 8 % of its requests with errors from 20 s after the cutover; slow takes three times as long; " +
			"flaky has a burst of errors of 3 s, then is fine; dead never becomes healthy.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.Release = demo.Release(kind)
			if !slices.Contains(demo.Releases(), o.Release) {
				return &exit{exitUsage, text.NewProblem("release", "there is no release "+text.Clean(kind).String(), "one of good, bad, slow, flaky, dead")}
			}
			if !(f.speed >= 1 && f.speed <= maxSpeed) {
				return &exit{exitUsage, text.NewProblem("speed", fmt.Sprintf("--speed %v is not between 1 and %d", f.speed, maxSpeed), "1 is real time, 10 divides holds, countdowns and the watch by ten")}
			}
			if o.RPS < 1 || o.RPS > demo.MaxRPS {
				return &exit{exitUsage, text.NewProblem("rps", fmt.Sprintf("--rps %d is not between 1 and %d", o.RPS, demo.MaxRPS), "20 is a small shop")}
			}
			return a.flyDemo(c, f, o)
		},
	}
	c.Flags().StringVar(&kind, "release", "good", "what the new version does: good, bad, slow, flaky, dead")
	c.Flags().IntVar(&o.RPS, "rps", demo.DefaultRPS, "requests a second")
	c.Flags().Float64Var(&f.speed, "speed", 1, "divide holds, countdowns and the watch; never the measuring")
	c.Flags().BoolVar(&f.yes, "yes", false, "answer what is asked, vote go, pass the cutover pause, close a watch that ends OK")
	f.show.flags(c)
	return c
}

func (a *app) flyDemo(c *cobra.Command, f flight, o demo.Options) error {
	file, errs := checklist.Parse("demo.yaml", demoFile)
	if len(errs) > 0 {
		return fmt.Errorf("read the demo's checklist: %w", errs[0])
	}
	t, err := demo.New(c.Context(), o)
	if err != nil {
		return refusal(err)
	}
	defer t.Close()
	f.file, f.env, f.target = file, file.Environments[0], t
	f.env.Hosts, f.env.URL = t.Hosts(), t.URL()
	f.ask = map[string]string{demo.Service: demo.Image}
	return a.fly(c.Context(), f)
}
