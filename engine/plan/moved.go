package plan

import "goaround/targets"

// lastMove is the last move of traffic on a host: the store's record, unless traffic has
// been moved since and that was not written down, because the session that did it died or
// was cut off. Then it is made up from what runs. nil: nothing was ever moved.
func lastMove(h targets.Host) *targets.Record {
	r, stray := h.Store, unwritten(h)
	switch {
	case stray == targets.NoSlot, r == nil && len(h.Slots[targets.Base].Instances) == 0:
		return r
	case r == nil:
		r = &targets.Record{Slot: targets.Base, Release: h.Slots[targets.Base].Release}
	case !r.Back && stray == r.Before && h.Slots[stray].Holds(r.BeforeWas):
		return r
	}
	return &targets.Record{
		Slot: stray, Release: h.Slots[stray].Release,
		Before: r.Slot, BeforeWas: r.Release, Took: r.Took,
		SafeBack: !r.Ahead, UnsafeWhy: r.UnsafeWhy,
	}
}

// unwritten is the slot that gets traffic though the store does not say so.
func unwritten(h targets.Host) targets.Slot {
	meant := targets.Base
	if h.Store != nil {
		meant = h.Store.Slot
	}
	if h.Live != targets.NoSlot && h.Live != meant {
		return h.Live
	}
	for _, s := range h.Servers {
		if h.Divided && s.Weight > 0 && s.Slot != meant && len(h.Slots[s.Slot].Instances) > 0 {
			return s.Slot
		}
	}
	return targets.NoSlot
}
