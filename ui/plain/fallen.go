package plain

import (
	"fmt"

	"goaround/engine/release"
	"goaround/targets"
)

// fallen says which instances run no more, while nobody has them stopped.
func fallen(before release.State, b release.VitalsSeen) []string {
	if before.Closing != nil {
		return nil
	}
	var lines []string
	for _, v := range b.Vitals {
		if !before.Expected(v) {
			continue
		}
		for _, was := range before.Vitals {
			if was.Where == v.Where && was.State == targets.Running && v.State != targets.Running {
				lines = append(lines, fmt.Sprintf("!!      %s in %s on %s is %s", v.Service, v.Slot, v.Host, v.State))
			}
		}
	}
	return lines
}
