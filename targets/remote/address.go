package remote

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"strings"

	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/context/docker"
	"github.com/docker/cli/cli/flags"
	"github.com/docker/docker/client"

	"goaround/targets/text"
)

// local is the address of the engine that the docker command would talk to.
const local = "local"

// endpoint finds the engine as the docker command does: with its own configuration,
// environment variables and contexts.
func endpoint(address string) (docker.Endpoint, error) {
	opts := flags.NewClientOptions()
	scheme, rest, _ := strings.Cut(address, ":")
	switch {
	case scheme == "unix", scheme == "ssh":
		opts.Hosts = []string{address}
	case scheme == "context" && rest != "":
		opts.Context = rest
	case address != local:
		return docker.Endpoint{}, text.NewProblem("host-address", "host "+address+" is not an address that can be reached",
			"write `local`, `ssh://user@host`, `context:NAME` or `unix:///path/to/docker.sock`")
	}
	cli, err := command.NewDockerCli(command.WithCombinedStreams(io.Discard))
	if err != nil {
		return docker.Endpoint{}, unusable(address, err)
	}
	if err := cli.Initialize(opts); err != nil {
		return docker.Endpoint{}, unusable(address, err)
	}
	meta, err := cli.ContextStore().GetMetadata(cli.CurrentContext())
	if err != nil {
		return docker.Endpoint{}, unusable(address, err)
	}
	base, err := docker.EndpointFromContext(meta)
	if err != nil {
		return docker.Endpoint{}, unusable(address, err)
	}
	return docker.WithTLSData(cli.ContextStore(), cli.CurrentContext(), base)
}

func unusable(address string, err error) error {
	return text.NewProblem("host-address", "host "+address+" cannot be used: "+err.Error(),
		"look with `docker context ls` and `echo $DOCKER_HOST`")
}

func denied(err error) bool { return errors.Is(err, fs.ErrPermission) }

func unreachable(err error) bool {
	var network *net.OpError
	return client.IsErrConnectionFailed(err) || errors.As(err, &network) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
