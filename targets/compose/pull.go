package compose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
	"github.com/docker/docker/pkg/jsonmessage"

	"goaround/targets"
	"goaround/targets/text"
)

// pull has the engine fetch an image, with the credentials of the user's ~/.docker/config.json
// and its helpers.
func (h *host) pull(ctx context.Context, named reference.Named, platform string, report func(targets.Progress)) error {
	name := reference.FamiliarString(named)
	auth, err := credentials(named)
	if err != nil {
		return fmt.Errorf("read credentials for %s: %w", reference.Domain(named), err)
	}
	stream, err := h.api.ImagePull(ctx, named.String(), image.PullOptions{RegistryAuth: auth, Platform: platform})
	if err == nil {
		err = h.follow(stream, name, report)
		stream.Close()
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	return &text.Problem{
		Code: "image-pull",
		Say:  h.door.Line(fmt.Sprintf("%s is not on %s and cannot be pulled: %v", name, h.name, err)),
		Hint: h.door.Line(fmt.Sprintf("check the name and `docker login %s`; an image that was built here must be pushed, or loaded on the host", reference.Domain(named))),
	}
}

// credentials is what the registry of an image asks for, encoded for the engine.
func credentials(named reference.Named) (string, error) {
	key := reference.Domain(named)
	if key == "docker.io" {
		key = "https://index.docker.io/v1/"
	}
	auth, err := config.LoadDefaultConfigFile(io.Discard).GetAuthConfig(key)
	if err != nil {
		return "", err
	}
	return registry.EncodeAuthConfig(registry.AuthConfig(auth))
}

// follow reports how a pull goes: the bytes of all layers together.
func (h *host) follow(stream io.Reader, name string, report func(targets.Progress)) error {
	layers := map[string]jsonmessage.JSONProgress{}
	for decoder := json.NewDecoder(stream); ; {
		var m jsonmessage.JSONMessage
		switch err := decoder.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case m.Error != nil:
			return m.Error
		case m.Progress != nil && m.Status == "Downloading":
			layers[m.ID] = *m.Progress
		}
		p := targets.Progress{Text: h.door.Line("pull " + name)}
		for _, l := range layers {
			p.Done, p.Total = p.Done+l.Current, p.Total+l.Total
		}
		report(p)
	}
}
