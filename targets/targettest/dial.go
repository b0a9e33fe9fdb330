package targettest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"

	"goaround/targets"
)

func dialReachesIdle(x *trial) {
	x.lease()
	x.home()
	x.warm(targets.Blue, x.Good)
	for _, name := range x.Hosts {
		x.get(name, targets.Blue)
	}
}

func dialFindsNothing(x *trial) {
	x.lease()
	x.empty(targets.Green)
	if err := x.ask(x.Hosts[0], targets.Green); err == nil {
		x.Error("an empty slot answered")
	}
}

// get asks that a good release answers in slot.
func (x *trial) get(host string, slot targets.Slot) {
	x.Helper()
	if err := x.ask(host, slot); err != nil {
		x.Errorf("GET %s in %s on %s: %v", x.Path, slot, host, err)
	}
}

func (x *trial) ask(host string, slot targets.Slot) error {
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return x.Target.Dial(ctx, host, x.Service, slot)
		},
	}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(x.ctx, http.MethodGet, "http://"+x.Service+x.Path, nil)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return nil
}
