package flights

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"goaround/engine/release"
	"goaround/targets/compose/composetest"
)

// TestHowLongADeployTakes compares, in one run, the time from the command until all
// traffic is on the new version (of an app that is ready at once, whose image is there)
// with `docker compose up --wait` of the same service, which waits for a container that
// runs, or with a health check, each second, for one that answers; and with the floor: a
// container and the calls to the proxy, by hand. It flies alone, and fails no machine for
// being slow.
func TestHowLongADeployTakes(t *testing.T) {
	ours, theirs, checked, bare := composetest.Up(t), composetest.Up(t), composetest.Up(t), composetest.Up(t)
	amend(t, checked.Dir, "compose.yaml", "    env_file: web.env", "    env_file: web.env\n    healthcheck: {test: [CMD, /app, healthy], interval: 1s}")
	ada := pilot(t, ours)
	watchFor(t, ours, "1s")
	var deploys, composes, healthy, floors []time.Duration
	steps := map[string][]time.Duration{}
	for i := range flown {
		version := fmt.Sprintf("v%d", i+2)
		visit(t, ours, 320)
		deploys = append(deploys, deployed(t, ours, ada, version, steps))
		composes = append(composes, composed(t, theirs, version))
		healthy = append(healthy, composed(t, checked, version))
		floors = append(floors, byHand(t, bare, version))
	}
	d := quantile(deploys, 0.5)
	t.Logf("median of %d: deploy %s", flown, d)
	for name, other := range map[string][]time.Duration{
		"docker compose up --wait, with a health check": healthy, "docker compose up --wait, without": composes, "container and proxy by hand": floors,
	} {
		o := quantile(other, 0.5)
		t.Logf("%s %s: a deploy takes %.2fx", name, o, ratio(d, o))
	}
	for _, id := range []string{release.StepLease, release.StepImages, release.StepObserve, "items and votes", "stage", "ready", "cutover"} {
		t.Logf("  %-16s %s", id, quantile(steps[id], 0.5))
	}
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// deployed is how long a deploy took until the traffic was there, by the one who waits for it.
func deployed(t *testing.T, s *composetest.Stack, ada crew, version string, steps map[string][]time.Duration) time.Duration {
	t.Helper()
	image := s.Image(t, version)
	began := time.Now()
	f := ada.fly(t, "deploy", image, "--yes", "--plain")
	f.sees("CUTOVER traffic is on")
	took := time.Since(began)
	f.exit()
	var voted, staged time.Duration
	for _, e := range ada.events(t, "latest") {
		switch b := e.Body.(type) {
		case release.StepFinished:
			steps[b.Step] = append(steps[b.Step], b.Took)
			if b.Step == release.StepObserve {
				voted = e.Mono
			}
		case release.PhaseEntered:
			if b.Phase == release.PhaseStage {
				staged = e.Mono
			}
		}
	}
	steps["items and votes"] = append(steps["items and votes"], staged-voted)
	return took
}

// composed is how long Compose takes to replace the service's container.
func composed(t *testing.T, s *composetest.Stack, version string) time.Duration {
	t.Helper()
	image := s.Image(t, version)
	file, err := os.ReadFile(s.Dir + "/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(file), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "    image: "+s.Project+"-web:") {
			lines[i] = "    image: " + image
		}
	}
	if err := os.WriteFile(s.Dir+"/compose.yaml", []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s.ComposeUpWait(t, "web")
	return time.Since(began)
}

// byHand starts a container beside the one that serves, and moves the traffic to it as
// soon as the proxy has found it.
func byHand(t *testing.T, s *composetest.Stack, version string) time.Duration {
	t.Helper()
	ctx, image := t.Context(), s.Image(t, version)
	slot := map[bool]string{true: "blue", false: "green"}[version[len(version)-1]%2 == 0]
	proxy := dialAdmin(t, s, s.Docker.DaemonHost())
	began := time.Now()
	created, err := s.Docker.ContainerCreate(ctx, &container.Config{Image: image}, nil, &network.NetworkingConfig{
		EndpointsConfig: map[string]*network.EndpointSettings{s.Project + "_default": {Aliases: []string{"web-" + slot}}},
	}, nil, s.Project+"-by-hand-"+version)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Docker.ContainerRemove(context.WithoutCancel(ctx), created.ID, container.RemoveOptions{Force: true})
	if err := s.Docker.ContainerStart(ctx, created.ID, container.StartOptions{}); err != nil {
		t.Fatal(err)
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for s.Version(ctx) != version {
		proxy.ask(t, "set server web/"+slot+" state ready; set server web/"+slot+" weight 100; set server web/base weight 0")
		select {
		case <-look.C:
		case <-late.C:
			t.Fatalf("%s does not answer", version)
		}
	}
	took := time.Since(began)
	proxy.ask(t, "set server web/base weight 100; set server web/"+slot+" weight 0")
	return took
}

// TestHowSoonSomethingIsSeen compares the time of `goaround status`, and of the cockpit's
// first frame, with `docker-compose ps` of the same stack, where that is installed.
func TestHowSoonSomethingIsSeen(t *testing.T) {
	s, ada := stack(t, "1s")
	image := s.Image(t, "v2")
	var status, frame, ps []time.Duration
	for range flown {
		began := time.Now()
		ada.must(t, 0, "status")
		status = append(status, time.Since(began))
		frame = append(frame, firstFrame(t, ada, image))
		if _, err := exec.LookPath("docker-compose"); err == nil {
			cmd := exec.Command("docker-compose", "ps")
			cmd.Dir = s.Dir
			began = time.Now()
			cmd.Run()
			ps = append(ps, time.Since(began))
		}
	}
	t.Logf("median of %d: goaround status %s, cockpit's first frame %s", flown, quantile(status, 0.5), quantile(frame, 0.5))
	if len(ps) > 0 {
		t.Logf("docker-compose ps (1.29) %s: status %.2fx, first frame %.2fx", quantile(ps, 0.5), ratio(quantile(status, 0.5), quantile(ps, 0.5)), ratio(quantile(frame, 0.5), quantile(ps, 0.5)))
	}
}

// firstFrame starts a deploy on a terminal and leaves it as soon as it has drawn.
func firstFrame(t *testing.T, ada crew, image string) time.Duration {
	t.Helper()
	cmd := ada.command("deploy", image)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	began := time.Now()
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	var seen strings.Builder
	part := make([]byte, 64<<10)
	for !strings.Contains(seen.String(), "PREFLIGHT") {
		n, err := screen.Read(part)
		if err != nil {
			t.Fatalf("read the screen: %v; %q", err, seen.String())
		}
		seen.Write(part[:n])
	}
	took := time.Since(began)
	cmd.Process.Signal(os.Interrupt)
	for err == nil {
		_, err = screen.Read(part)
	}
	cmd.Wait()
	return took
}
