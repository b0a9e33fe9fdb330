package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// layers is how many steps a pull has, and layerSize what it says of each in bytes.
const (
	layers    = 5
	layerSize = 3_400_000
)

// Resolve pins Old or Image, which takes a moment the first time.
func (s *site) Resolve(ctx context.Context, images map[string]string, report func(targets.Progress)) (targets.Release, error) {
	for service := range images {
		if service != Service {
			return targets.Release{}, text.NewProblem("unknown-service", "there is no service "+service, "the demo has "+Service)
		}
	}
	ref := images[Service]
	if ref == "" {
		ref = Old
	}
	if _, ok := s.images[ref]; !ok {
		return targets.Release{}, text.NewProblem("image-not-found", "there is no image "+ref, "the demo has "+Old+" and "+Image)
	}
	if err := s.pull(ctx, ref, report); err != nil {
		return targets.Release{}, fmt.Errorf("pull image %s: %w", ref, err)
	}
	return s.release(ref), nil
}

func (s *site) pull(ctx context.Context, ref string, report func(targets.Progress)) error {
	s.mu.Lock()
	there := s.pulled[ref]
	s.mu.Unlock()
	for n := int64(1); n <= layers && !there; n++ {
		if err := inproc.Pause(ctx, s.pace.pull/layers); err != nil {
			return err
		}
		for _, h := range s.hosts {
			tell(report, targets.Progress{Host: h.name, Text: text.Clean("pull " + ref), Done: n * layerSize, Total: layers * layerSize,
				Rate: int64(layers * layerSize / max(s.pace.pull, time.Millisecond).Seconds())})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulled[ref] = true
	return ctx.Err()
}

func tell(report func(targets.Progress), p targets.Progress) {
	if report != nil {
		report(p)
	}
}

func version(ref string) text.Safe {
	_, tag, _ := strings.Cut(ref, ":")
	return text.Clean(tag)
}
