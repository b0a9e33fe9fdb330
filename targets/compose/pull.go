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
	m := h.meter("pull "+name, 0, report)
	stream, err := h.api.ImagePull(ctx, named.String(), image.PullOptions{RegistryAuth: auth, Platform: platform})
	if err == nil {
		err = follow(stream, m)
		stream.Close()
	}
	m.stop(err == nil)
	if err == nil || ctx.Err() != nil {
		return err
	}
	return &text.Problem{
		Code: "image-pull",
		Say:  h.door.Line(fmt.Sprintf("%s is not on %s and cannot be pulled: %v", name, h.name, err)),
		Hint: h.door.Line(fmt.Sprintf("check the name and `docker login %s`; an image that the docker engine here has is sent along, this one it has not", reference.Domain(named))),
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

// follow counts how a pull goes: the bytes of all layers together.
func follow(stream io.Reader, m *meter) error {
	layers := map[string]jsonmessage.JSONProgress{}
	for decoder := json.NewDecoder(stream); ; {
		var said jsonmessage.JSONMessage
		switch err := decoder.Decode(&said); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case said.Error != nil:
			return said.Error
		}
		l := layers[said.ID]
		switch {
		case said.Status == "Download complete":
			l.Current = l.Total
		case said.Progress != nil && said.Status == "Downloading":
			l = *said.Progress
		default:
			continue
		}
		layers[said.ID] = l
		var done, total int64
		for _, l := range layers {
			done, total = done+l.Current, total+l.Total
		}
		m.total.Store(total)
		m.done.Store(done)
	}
}
