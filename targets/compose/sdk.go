package compose

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/flags"
	"github.com/docker/compose/v5/pkg/api"
	compose "github.com/docker/compose/v5/pkg/compose"
	"github.com/sirupsen/logrus"

	"goaround/targets"
	"goaround/targets/text"
)

// sdk is Compose itself over the host's connection. The SDK asks an engine's API version
// once a process, of the first engine it meets.
func (h *host) sdk(report func(targets.Progress)) (api.Compose, error) {
	cli, err := command.NewDockerCli(command.WithAPIClient(h.api), command.WithCombinedStreams(io.Discard))
	if err != nil {
		return nil, fmt.Errorf("set up Compose for %s: %w", h.name, err)
	}
	if err := cli.Initialize(flags.NewClientOptions()); err != nil {
		return nil, fmt.Errorf("set up Compose for %s: %w", h.name, err)
	}
	return compose.NewComposeService(cli, compose.WithEventProcessor(&reporter{door: h.door, report: report}))
}

// quiet keeps the log of Compose and its libraries, which is one for the process, off
// the screen that this process draws.
func quiet() { logrus.SetOutput(io.Discard) }

// reporter tells what Compose is doing, one event at a time.
type reporter struct {
	door   *text.Door
	mu     sync.Mutex
	report func(targets.Progress)
}

// Start is called when Compose begins to do something; it is not worth a word.
func (r *reporter) Start(context.Context, string) {}

// On reports what happens to a resource: "Container shop-blue-web-blue-1 Starting".
func (r *reporter) On(events ...api.Resource) {
	for _, e := range events {
		if e.ParentID == "" {
			r.say(e.ID + " " + e.Text)
		}
	}
}

func (r *reporter) say(word string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report(targets.Progress{Text: r.door.Line(word)})
}

// Done is called when Compose has done it; its error says more.
func (r *reporter) Done(string, bool) {}
