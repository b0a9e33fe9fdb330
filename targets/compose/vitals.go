package compose

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
)

// restEvery is how often a container that stays as it is is told of.
const restEvery = 5 * time.Second

// vitals are what is known of one container from look to look.
type vitals struct {
	told targets.Vital
	used uint64    // nanoseconds of processor time, at
	at   time.Time // of the engine
}

// take looks how a container is; news is false if it is as it was told lately.
func (v *vitals) take(ctx context.Context, h *host, in container.InspectResponse) (vital targets.Vital, news bool) {
	vital = targets.Vital{
		At:       time.Now(),
		State:    condition(in.State),
		Health:   health(in.State),
		Restarts: in.RestartCount,
		CPU:      -1,
	}
	if vital.State == targets.Running {
		v.measure(ctx, h, in.ID, &vital)
	}
	last := v.told
	changed := vital.State != last.State || vital.Health != last.Health || vital.Restarts != last.Restarts ||
		math.Abs(vital.CPU-last.CPU) >= 0.05 || differs(vital.Memory, last.Memory)
	if !changed && vital.At.Sub(last.At) < restEvery {
		return vital, false
	}
	v.told = vital
	return vital, true
}

// differs reports whether two sizes are 5 % apart.
func differs(a, b uint64) bool { return math.Abs(float64(a)-float64(b)) > 0.05*float64(b) }

// measure fills in processor and memory; the processor's share takes two looks.
func (v *vitals) measure(ctx context.Context, h *host, id string, vital *targets.Vital) {
	answer, err := h.api.ContainerStatsOneShot(ctx, id)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	var s container.StatsResponse
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil || s.Read.IsZero() {
		return
	}
	vital.Memory = s.MemoryStats.Usage - min(s.MemoryStats.Usage, cache(s.MemoryStats.Stats))
	used := s.CPUStats.CPUUsage.TotalUsage
	if elapsed := s.Read.Sub(v.at); !v.at.IsZero() && elapsed > 0 && used >= v.used {
		vital.CPU = float64(used-v.used) / float64(elapsed)
	}
	v.used, v.at = used, s.Read
}

// cache is the part of a container's memory that the kernel would give up at any time,
// under the names of cgroup v1 and v2, as `docker stats` leaves it out.
func cache(stats map[string]uint64) uint64 {
	if v1, ok := stats["total_inactive_file"]; ok {
		return v1
	}
	return stats["inactive_file"]
}
