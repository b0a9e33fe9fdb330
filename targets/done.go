package targets

// Done reports whether o shows that op is done. It is what [Target.Done] says of every
// target whose observations are complete; a target that knows more may ask for more.
func Done(o Observed, op Op) bool {
	h, ok := o.Host(op.Host)
	if !ok {
		return false
	}
	s := h.Slots[op.Slot]
	switch op.Verb {
	case VerbStage:
		return s.started() && s.Release.Same(op.Release)
	case VerbStart:
		return s.started()
	case VerbReady:
		return s.Warm() && h.canSend(op.Slot)
	case VerbRoute:
		return h.Live == op.Slot && !h.Divided
	case VerbSwap:
		return s.Works() && (op.From == op.Slot || h.Slots[op.From].Idle())
	case VerbPersist:
		return h.Store.tells(op)
	case VerbWarn:
		return h.Store.warns(op)
	case VerbJob:
		j, begun := h.Job(op.Job.Name, op.Session)
		return begun && j.Well()
	case VerbRetire:
		return s.stopped()
	case VerbRemove:
		return len(s.Instances) == 0
	}
	return false
}

// started: all is here, and nothing of it with a route is stopped. It need not be healthy.
func (s SlotState) started() bool {
	for _, in := range s.Instances {
		if in.State == Stopped && !in.Worker {
			return false
		}
	}
	return len(s.Instances) > 0 && len(s.Missing) == 0
}

func (s SlotState) stopped() bool {
	for _, in := range s.Instances {
		if in.State != Stopped {
			return false
		}
	}
	return true
}

func (h Host) canSend(to Slot) bool {
	known := false
	for _, sv := range h.Servers {
		if sv.Slot != to {
			continue
		}
		if !sv.Up || !sv.Ready {
			return false
		}
		known = true
	}
	return known
}

func (r *Record) tells(op Op) bool {
	same := r != nil && (r.Release.Same(op.Release) || r.Slot == NoSlot && op.Release.Zero())
	return same && r.Slot == op.Slot && r.Session == op.Session && r.UnsafeWhy == op.Unsafe
}

func (r *Record) warns(op Op) bool {
	return r != nil && r.Ahead && r.UnsafeWhy == op.Unsafe
}
