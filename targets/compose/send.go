package compose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/jsonmessage"

	"goaround/targets"
	"goaround/targets/remote"
	"goaround/targets/text"
)

// parcel is an image of this machine's engine on its way to hosts that cannot pull it.
type parcel struct {
	api      *client.Client // of this machine's engine
	image    image.InspectResponse
	name     string
	tag      reference.NamedTagged // that it gets on the hosts; nil: it is named by its digest
	platform string                // that the service asks for
	report   func(targets.Progress)
}

// send has the hosts that lack an image get it from this machine's engine, all at once,
// and completes copies. Where that has it not either, the error is the first host's.
func (t *Target) send(ctx context.Context, named reference.Named, platform string, copies []imageCopy, report func(targets.Progress)) error {
	first := slices.IndexFunc(copies, func(c imageCopy) bool { return c.lacking != nil })
	if first < 0 {
		return nil
	}
	here, err := remote.Open(ctx, "local")
	if err != nil {
		return copies[first].lacking
	}
	defer here.Close()
	p := parcel{api: here.Client(), name: reference.FamiliarString(named), platform: platform, report: report}
	if p.image, err = inspect(ctx, p.api, named); err != nil {
		return copies[first].lacking
	}
	if _, digested := named.(reference.Digested); !digested {
		p.tag, _ = named.(reference.NamedTagged)
	}
	var to []*host
	for i, h := range t.hosts {
		switch {
		case copies[i].lacking != nil:
			to = append(to, h)
		case !same(copies[i].InspectResponse, p.image):
			return text.NewProblem("image-differs",
				fmt.Sprintf("%s is another image on %s than here, and %s cannot pull it", p.name, h.name, t.hosts[first].name),
				"deploy an image of a new name, so that all hosts run the same")
		}
	}
	sent, err := each(to, func(h *host) (imageCopy, error) { return h.receive(ctx, p) })
	if err != nil {
		return err
	}
	if note := p.note(to, sent); note != nil {
		report(targets.Progress{Note: note})
	}
	for i := range copies {
		if copies[i].lacking != nil {
			copies[i], sent = sent[0], sent[1:]
		}
	}
	return nil
}

// note is what the plan says of an image that was sent.
func (p parcel) note(to []*host, copies []imageCopy) *text.Problem {
	var names []string
	for i, c := range copies {
		if c.sent {
			names = append(names, to[i].name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	say := fmt.Sprintf("%s was sent from here to %s: %s", p.name, strings.Join(names, ", "), targets.Bytes(p.image.Size))
	if len(names) > 1 {
		say += " each"
	}
	return text.NewProblem(targets.CodeSent, say, "nothing to do; a registry that they can pull from makes it unnecessary")
}

// receive gets an image onto the host and tags it. A host that has it under another name
// gets the tag alone.
func (h *host) receive(ctx context.Context, p parcel) (imageCopy, error) {
	found, err := h.api.ImageInspect(ctx, p.image.ID)
	sent := errdefs.IsNotFound(err)
	if sent {
		found, err = h.accept(ctx, p)
	}
	if err == nil && p.tag != nil {
		err = h.api.ImageTag(ctx, found.ID, p.tag.String())
	}
	return imageCopy{InspectResponse: found, sent: sent}, h.wrap("send "+p.name, err)
}

// accept has the host load an image, and sees that it is the same there.
func (h *host) accept(ctx context.Context, p parcel) (image.InspectResponse, error) {
	if err := h.fits(ctx, p); err != nil {
		return image.InspectResponse{}, err
	}
	id, err := h.load(ctx, p)
	if err != nil {
		return image.InspectResponse{}, h.notSent(ctx, p, err)
	}
	found, err := h.api.ImageInspect(ctx, id)
	if errdefs.IsNotFound(err) || err == nil && !same(found, p.image) {
		err = text.NewProblem("image-sent-other",
			fmt.Sprintf("%s was sent to %s, which made another image of it: %s, and not %s", p.name, h.name, id, p.image.ID),
			"nothing runs of it; look at the log of the docker engine there, then deploy again")
	}
	return found, err
}

// fits refuses an image for another kind of machine, unless the service asks for it.
func (h *host) fits(ctx context.Context, p parcel) error {
	if p.platform != "" {
		return nil
	}
	v, err := h.api.ServerVersion(ctx)
	if err != nil {
		return h.wrap("ask the engine", err)
	}
	if runs(p.image.Architecture, v.Arch) {
		return nil
	}
	return text.NewProblem("image-platform",
		fmt.Sprintf("%s is for %s here, and %s is %s", p.name, p.image.Architecture, h.name, v.Arch),
		fmt.Sprintf("build it with `--platform linux/%s`", v.Arch))
}

// runs reports whether programs for one architecture run on another; unknown ones may.
func runs(architecture, on string) bool {
	switch {
	case architecture == on, architecture == "", on == "":
		return true
	}
	return architecture == "386" && on == "amd64" || architecture == "arm" && on == "arm64"
}

// load streams the image from engine to engine, and returns its ID there. An engine makes
// nothing of an image before it has all of it: one that is broken off leaves nothing.
func (h *host) load(ctx context.Context, p parcel) (id string, err error) {
	m := h.meter("send "+p.name, p.image.Size, p.report)
	defer func() { m.stop(err == nil) }()
	saved, err := p.api.ImageSave(ctx, []string{p.image.ID})
	if err != nil {
		return "", fmt.Errorf("read it here: %w", err)
	}
	defer saved.Close()
	answer, err := h.api.ImageLoad(ctx, m.count(saved))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	id = p.image.ID
	for decoder := json.NewDecoder(answer.Body); ; {
		var said jsonmessage.JSONMessage
		switch err := decoder.Decode(&said); {
		case errors.Is(err, io.EOF):
			return id, nil
		case err != nil:
			return "", err
		case said.Error != nil:
			return "", said.Error
		}
		if loaded, ok := strings.CutPrefix(said.Stream, "Loaded image ID: "); ok {
			id = strings.TrimSpace(loaded)
		}
	}
}

func (h *host) notSent(ctx context.Context, p parcel, err error) error {
	var problem *text.Problem
	if err = h.engine.Problem(err); ctx.Err() != nil || errors.As(err, &problem) {
		return err
	}
	return &text.Problem{
		Code: "image-send",
		Say:  h.door.Line(fmt.Sprintf("%s could not be sent to %s: %v", p.name, h.name, err)),
		Hint: text.Clean("look at the disk there and here, `docker system df`, then deploy again"),
	}
}

// same reports whether two engines have the same image. Engines with containerd's image
// store name it otherwise than those without.
func same(a, b image.InspectResponse) bool {
	if (a.Descriptor == nil) == (b.Descriptor == nil) {
		return a.ID == b.ID
	}
	return a.Created == b.Created && a.Architecture == b.Architecture && slices.Equal(a.RootFS.Layers, b.RootFS.Layers)
}
