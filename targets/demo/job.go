package demo

import (
	"fmt"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// doing is what a job does in the demo: it takes a second, and ends well unless its
// program is called false.
func doing(j *targets.Job) inproc.Doing {
	d := inproc.Doing{Takes: time.Second, Says: []text.Safe{text.Clean(fmt.Sprintf("%s: %s", j.Name, strings.Join(j.Command, " ")))}}
	if len(j.Command) > 0 && j.Command[0] == "false" {
		d.Takes, d.Exit = 0, 1
	}
	return d
}
