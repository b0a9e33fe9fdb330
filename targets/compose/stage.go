package compose

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"

	"goaround/targets"
	"goaround/targets/text"
)

// stage removes what is left in the slot, then creates the release there and starts what
// has a route.
// Where nothing runs yet it brings up the shared services first.
func (h *host) stage(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	if problems := h.project.refusals(); len(problems) > 0 {
		return problems[0]
	}
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	if err := h.mayClear(ctx, c, op.Slot); err != nil {
		return err
	}
	if c, err = h.shared(ctx, c, report); err != nil {
		return err
	}
	if err := h.forgetJobs(ctx, c, op.Session); err != nil {
		return err
	}
	if err := h.dependencies(ctx, c); err != nil {
		return err
	}
	if err := h.clear(ctx, c, op.Slot); err != nil {
		return err
	}
	slot, err := h.project.slot(op)
	if err != nil {
		return err
	}
	return h.up(ctx, slot, h.project.only(slot, op.Slot, released.routed), report)
}

// shared brings up the shared services where nothing runs yet, and looks again.
func (h *host) shared(ctx context.Context, c census, report func(targets.Progress)) (census, error) {
	if !c.empty() {
		return c, nil
	}
	if err := h.bringUpShared(ctx, c, report); err != nil {
		return c, err
	}
	return h.census(ctx)
}

// up creates a project of which nothing is there yet, and starts a part of it.
func (h *host) up(ctx context.Context, p, part *types.Project, report func(targets.Progress)) error {
	sdk, err := h.sdk(report)
	if err != nil {
		return err
	}
	err = sdk.Create(ctx, h.withoutFiles(p), api.CreateOptions{Recreate: api.RecreateNever, RecreateDependencies: api.RecreateNever, IgnoreOrphans: true})
	if err == nil {
		err = h.send(ctx, p)
	}
	if err != nil {
		return h.notUp(ctx, p.Name, err)
	}
	return h.notUp(ctx, p.Name, sdk.Start(ctx, p.Name, api.StartOptions{Project: part}))
}

// taken is how engines say that a port of theirs is not free.
var taken = regexp.MustCompile(`:(\d+)(?: failed)?: (?:bind: )?(?:port is already allocated|address already in use)`)

// notUp is why a project did not come up, as a person can act on it.
func (h *host) notUp(ctx context.Context, project string, err error) error {
	err = h.wrap("bring up "+project, err)
	var known *text.Problem
	if err == nil || ctx.Err() != nil || errors.As(err, &known) {
		return err
	}
	problem := &text.Problem{
		Code: "not-up",
		Say:  text.Clean(fmt.Sprintf("%s did not come up on %s", project, h.name)),
		Hint: text.Clean(fmt.Sprintf("the engine's own words are below; `docker compose -p %s ps -a` shows how far it came", project)),
		More: []text.Safe{h.door.Line(err.Error())},
	}
	if port := taken.FindStringSubmatch(err.Error()); port != nil {
		problem.Code = "port-taken"
		problem.Say = text.Clean(fmt.Sprintf("port %s of %s is taken, so %s did not come up", port[1], h.name, project))
		problem.Hint = text.Clean(fmt.Sprintf("`docker ps --filter publish=%s` or `ss -ltnp` on the host says by what", port[1]))
	}
	return problem
}
