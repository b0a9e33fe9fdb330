package compose

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"

	"goaround/targets"
	"goaround/targets/text"
)

// labelRevision is where builders write the commit that an image was made from.
const labelRevision = "org.opencontainers.image.revision"

// Images says which image each released service gets when the user asks for ref: those
// whose image in the Compose file has its repository get it, those in set what set
// says, all others the Compose file's, as "". The result is what Resolve takes.
func (t *Target) Images(ref string, set map[string]string) (map[string]string, error) {
	named, err := parseImage(ref)
	if err != nil {
		return nil, err
	}
	images := map[string]string{}
	repositories := []string{}
	matched := false
	for _, r := range t.project.released {
		images[r.Name] = ""
		repositories = append(repositories, familiar(r.config.Image))
		if repository(r.config.Image) == named.Name() {
			images[r.Name], matched = ref, true
		}
	}
	if !matched {
		slices.Sort(repositories)
		return nil, text.NewProblem("image-unmatched",
			fmt.Sprintf("no released service has an image of the repository %s", familiar(ref)),
			"theirs are "+strings.Join(slices.Compact(repositories), ", ")+"; `--set SERVICE=IMAGE` gives one service another")
	}
	return images, t.project.set(images, set)
}

// set puts what the user asks for single services into images.
func (p *project) set(images, set map[string]string) error {
	for _, service := range slices.Sorted(maps.Keys(set)) {
		if !p.isReleased(service) {
			return text.NewProblem("service-not-released",
				fmt.Sprintf("%s is not a released service", service),
				"the released services are "+strings.Join(slices.Sorted(maps.Keys(images)), ", "))
		}
		if _, err := parseImage(set[service]); err != nil {
			return err
		}
		images[service] = set[service]
	}
	return nil
}

// Resolve makes the images present on every host and pins them; see targets.Target.
func (t *Target) Resolve(ctx context.Context, images map[string]string, report func(targets.Progress)) (targets.Release, error) {
	for service := range images {
		if !t.project.isReleased(service) {
			return targets.Release{}, fmt.Errorf("resolve image of %s: not a released service", service)
		}
	}
	var turn sync.Mutex
	inTurn := func(p targets.Progress) {
		turn.Lock()
		defer turn.Unlock()
		report(p)
	}
	release := targets.Release{Images: map[string]targets.Image{}}
	for _, r := range t.project.released {
		ref := images[r.Name]
		if ref == "" {
			ref = r.config.Image
		}
		pinned, err := t.resolve(ctx, ref, r.config.Platform, inTurn)
		if err != nil {
			return targets.Release{}, err
		}
		release.Images[r.Name] = pinned
		if release.Version.IsZero() {
			release.Version = pinned.Version
		}
	}
	return release, nil
}

// resolve pins an image that the hosts have, or pulls it first, or sends it to those that
// cannot pull it.
func (t *Target) resolve(ctx context.Context, ref, platform string, report func(targets.Progress)) (targets.Image, error) {
	named, err := parseImage(ref)
	if err != nil {
		return targets.Image{}, err
	}
	copies, err := each(t.hosts, func(h *host) (imageCopy, error) { return h.obtain(ctx, named, platform, report) })
	if err == nil {
		err = t.send(ctx, named, platform, copies, report)
	}
	if err != nil {
		return targets.Image{}, err
	}
	first := t.hosts[0].pinned(ref, copies[0].InspectResponse)
	for i, c := range copies {
		switch other := t.hosts[i].pinned(ref, c.InspectResponse); {
		case other.Pin == first.Pin:
		case c.ID != copies[0].ID:
			return targets.Image{}, text.NewProblem("image-differs",
				fmt.Sprintf("%s is another image on %s than on %s", ref, t.hosts[i].name, t.hosts[0].name),
				"push it to a registry and name it by its digest, so that all hosts run the same")
		default:
			first.Pin = c.ID
		}
	}
	return first, nil
}

// imageCopy is an image as a host has it, or why it has not.
type imageCopy struct {
	image.InspectResponse
	lacking error // it is not there, and cannot be pulled
	sent    bool  // it came from this machine
}

// obtain finds an image on the host, or pulls it.
func (h *host) obtain(ctx context.Context, named reference.Named, platform string, report func(targets.Progress)) (imageCopy, error) {
	found, err := inspect(ctx, h.api, named)
	if errdefs.IsNotFound(err) {
		if err := h.pull(ctx, named, platform, report); err != nil {
			return imageCopy{lacking: err}, ctx.Err()
		}
		found, err = inspect(ctx, h.api, named)
	}
	return imageCopy{InspectResponse: found}, h.wrap("inspect image "+reference.FamiliarString(named), err)
}

// inspect finds an image by its name. A digest may also be the ID of an image that never
// saw a registry.
func inspect(ctx context.Context, api *client.Client, named reference.Named) (image.InspectResponse, error) {
	found, err := api.ImageInspect(ctx, named.String())
	if digested, ok := named.(reference.Digested); ok && errdefs.IsNotFound(err) {
		return api.ImageInspect(ctx, digested.Digest().String())
	}
	return found, err
}

// pinned is an image by its repo digest, or by its ID if it never saw a registry.
func (h *host) pinned(ref string, found image.InspectResponse) targets.Image {
	im := targets.Image{Ref: ref, Pin: found.ID, Version: h.door.Line(version(ref))}
	for _, digest := range found.RepoDigests {
		if repository(digest) == repository(ref) {
			im.Pin = digest
			break
		}
	}
	if found.Config != nil {
		im.Commit = h.door.Line(found.Config.Labels[labelRevision])
	}
	return im
}

// anyImage is an image that the engine has, of the proxy if it can be: a lease's
// container needs one, which never runs.
func (h *host) anyImage(ctx context.Context) (id string, err error) {
	all, err := h.api.ImageList(ctx, image.ListOptions{})
	if err != nil {
		return "", h.wrap("list images", err)
	}
	for _, im := range all {
		if id == "" || slices.ContainsFunc(im.RepoTags, isProxy) {
			id = im.ID
		}
	}
	if id == "" {
		return "", text.NewProblem("lease-image",
			fmt.Sprintf("%s has no image at all, and the lease needs one", h.name),
			fmt.Sprintf("`docker compose pull %s`", h.project.proxy))
	}
	return id, nil
}
