package fake

import (
	"context"

	"goaround/targets"
)

func (s *site) job(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	s.mu.Lock()
	h, err := s.host(op.Host)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return h.jobs.Run(ctx, op, s.doings[op.Job.Name], report)
}
