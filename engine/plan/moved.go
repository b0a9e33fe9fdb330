package plan

import (
	"slices"

	"goaround/targets"
)

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

// lastMoves are the last moves of hosts that are released to together. Where some have moved
// and others have not, or have gone back already, it is the same move for all: away from
// where some are, to where the others are.
func lastMoves(hosts []targets.Host) []*targets.Record {
	all := make([]*targets.Record, len(hosts))
	for i, h := range hosts {
		all[i] = lastMove(h)
	}
	for _, move := range all {
		if move == nil || move.Back || move.Before == targets.NoSlot {
			continue
		}
		behind := func(h targets.Host) bool { return !h.Divided && h.Live == move.Before }
		if !slices.ContainsFunc(hosts, behind) || !slices.ContainsFunc(hosts, func(h targets.Host) bool { return !behind(h) }) {
			continue
		}
		for i, h := range hosts {
			if behind(h) {
				same := *move
				if all[i] != nil {
					same.Took = all[i].Took
				}
				all[i] = &same
			}
		}
		return all
	}
	return all
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
