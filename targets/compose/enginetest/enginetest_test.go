package enginetest_test

import (
	"net"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/go-connections/nat"

	"goaround/targets/compose/composetest"
	"goaround/targets/compose/enginetest"
)

func TestAnEngineOfItsOwnIsKilledAndStartedAgain(t *testing.T) {
	machine := composetest.Engine(t)
	began := time.Now()
	e := enginetest.Start(t, "--live-restore")
	t.Logf("started in %s", time.Since(began))
	e.Load(t, machine, composetest.Proxy)
	port := nat.Port("8000/tcp")
	c, err := e.Docker.ContainerCreate(t.Context(), &container.Config{
		Image: composetest.Proxy, Cmd: []string{"sh", "-c", "printf '%s\\n' defaults 'mode http' 'timeout client 9s' 'listen all' 'bind :8000' 'http-request return status 200' > /tmp/cfg && exec haproxy -f /tmp/cfg"},
		ExposedPorts: nat.PortSet{port: {}},
	}, &container.HostConfig{PortBindings: nat.PortMap{port: {{HostPort: "8000"}}}}, nil, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Docker.ContainerStart(t.Context(), c.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	reached := func() bool {
		conn, err := net.Dial("tcp", e.Address+":8000")
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}
	composetest.Until(t, "the published port", reached)
	e.Kill(t)
	composetest.Until(t, "the published port of a killed engine", reached)
	if _, err := e.Docker.Ping(t.Context()); err == nil {
		t.Error("a killed engine answers")
	}
	e.Start(t, "--live-restore")
	in, err := e.Docker.ContainerInspect(t.Context(), c.ID)
	if err != nil || !in.State.Running {
		t.Errorf("with live-restore the container does not run any more: %+v, %v", in.State, err)
	}
	e.Stop(t)
	if _, err := e.Docker.Ping(t.Context()); err == nil {
		t.Error("a stopped engine answers")
	}
}
