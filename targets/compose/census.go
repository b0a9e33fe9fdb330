package compose

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/text"
)

// census is what one list of an engine's containers says of the app.
type census struct {
	slots   map[targets.Slot][]container.Summary // by the released services' order
	shared  map[string]container.Summary         // by service
	leases  []container.Summary                  // the newest generation last
	jobs    []container.Summary                  // those that sessions have begun
	foreign map[targets.Slot]container.Summary   // somebody else's, where a slot should be
}

// census asks the engine once.
func (h *host) census(ctx context.Context) (census, error) {
	list, err := h.api.ContainerList(ctx, container.ListOptions{All: true})
	if err != nil {
		return census{}, h.wrap("list containers", err)
	}
	return h.project.sort(list), nil
}

// sort finds out which containers are the app's: by their Compose project, whose label
// Compose sets over any of the image's, and those in slots by our own labels too.
func (p *project) sort(list []container.Summary) census {
	c := census{
		slots:   map[targets.Slot][]container.Summary{},
		shared:  map[string]container.Summary{},
		foreign: map[targets.Slot]container.Summary{},
	}
	for _, s := range list {
		if p.isLease(s) {
			c.leases = append(c.leases, s)
			continue
		}
		if p.isJob(s) {
			c.jobs = append(c.jobs, s)
			continue
		}
		slot, ok := p.slotOf(s.Labels[api.ProjectLabel])
		service := p.serviceOf(s, slot)
		switch {
		case !ok || s.Labels[api.OneoffLabel] == "True":
		case slot == targets.Base && !p.isReleased(service):
			c.shared[service] = s
		case slot != targets.Base && !p.owns(s, slot):
			c.foreign[slot] = s
		case p.isReleased(service):
			c.slots[slot] = append(c.slots[slot], s)
		}
	}
	for _, in := range c.slots {
		slices.SortStableFunc(in, func(a, b container.Summary) int { return p.order(a) - p.order(b) })
	}
	slices.SortFunc(c.leases, func(a, b container.Summary) int { return cmp.Compare(generation(a), generation(b)) })
	return c
}

// serviceOf is the released or shared service that a container of slot is of.
func (p *project) serviceOf(s container.Summary, slot targets.Slot) string {
	name := s.Labels[api.ServiceLabel]
	for _, r := range p.released {
		if inSlot(r.Name, slot) == name {
			return r.Name
		}
	}
	return name
}

func (p *project) owns(s container.Summary, slot targets.Slot) bool {
	return s.Labels[labelApp] == p.file.App && s.Labels[labelEnv] == p.env && s.Labels[labelSlot] == string(slot)
}

func (p *project) order(s container.Summary) int {
	slot, _ := p.slotOf(s.Labels[api.ProjectLabel])
	service := p.serviceOf(s, slot)
	return slices.IndexFunc(p.released, func(r released) bool { return r.Name == service })
}

// empty reports whether nothing that could be released is there, in no slot.
func (c census) empty() bool { return len(c.slots) == 0 }

// running is the container of a shared service, if it runs.
func (c census) running(service string) (container.Summary, bool) {
	s, ok := c.shared[service]
	return s, ok && s.State == container.StateRunning
}

// hasProxy reports whether the proxy runs.
func (c census) hasProxy(p *project) bool {
	_, ok := c.running(p.proxy)
	return ok
}

// missing are the released services with a route that have no container in slot.
func (p *project) missing(c census, slot targets.Slot) []string {
	var names []string
	for _, r := range p.those(released.routed) {
		has := func(s container.Summary) bool { return p.serviceOf(s, slot) == r.Name }
		if !slices.ContainsFunc(c.slots[slot], has) {
			names = append(names, r.Name)
		}
	}
	return names
}

// refuseForeign refuses a slot whose Compose project is somebody else's.
func (p *project) refuseForeign(c census, slot targets.Slot) error {
	s, ok := c.foreign[slot]
	if !ok {
		return nil
	}
	return text.NewProblem("slot-foreign",
		fmt.Sprintf("the Compose project %s has containers that no release made: %s", p.slotProject(slot), name(s)),
		fmt.Sprintf("remove or rename that project; `docker compose -p %s ps` lists it", p.slotProject(slot)))
}

// name is a container's name as people write it.
func name(s container.Summary) string {
	if len(s.Names) == 0 {
		return s.ID
	}
	return s.Names[0][1:]
}

// occupied are the slots that have containers, in the order base, blue, green.
func (c census) occupied() []targets.Slot { return slices.Sorted(maps.Keys(c.slots)) }

func generation(s container.Summary) int {
	n, _ := strconv.Atoi(s.Labels[labelLease])
	return n
}
