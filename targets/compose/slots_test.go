package compose_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

func TestASlot(t *testing.T) {
	t.Parallel()
	rules(t, composetest.Up(t), []rule{
		{"staged, is a copy that shares volumes and has its own names", stagedCopy},
		{"staged, means itself where it names a service", namesInside},
		{"retired, stays stopped until it is started", retiredStays},
		{"whose network was pruned, starts on a new one", networkPruned},
		{"whose container was removed, says so", containerRemoved},
		{"of somebody else is not touched", foreignSlot},
		{"with traffic is neither staged nor retired nor removed", liveSlot},
		{"is not staged when a dependency is missing", missingDependency},
		{"runs and goes back from a checkout without its env file, and is not staged", freshCheckout},
		{"that never gets ready leaves its last words and can be taken down", neverReady},
	})
}

func stagedCopy(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	f.do(targets.VerbStage, targets.Blue, of(f.release("v2")))
	blue := f.slot(targets.Blue)
	networks := blue.NetworkSettings.Networks
	shared, own := networks[f.stack.Project+"_default"], networks["0-"+f.stack.Project+"-blue"]
	if shared == nil || own == nil || len(networks) != 2 {
		t.Fatalf("it is on the networks %v", networks)
	}
	if has(shared.Aliases, "web") || !has(shared.Aliases, "web-blue") || !has(own.Aliases, "web") {
		t.Errorf("its names are %v on the shared network, %v on its own", shared.Aliases, own.Aliases)
	}
	if blue.Mounts[0].Name != f.stack.Project+"_uploads" {
		t.Errorf("its volume is %s", blue.Mounts[0].Name)
	}
	if p := blue.HostConfig.RestartPolicy.Name; p != container.RestartPolicyUnlessStopped {
		t.Errorf("its restart policy is %s", p)
	}
	if log := blue.HostConfig.LogConfig; log.Config["max-size"] != "5m" {
		t.Errorf("its log is %+v", log)
	}
}

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func namesInside(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	f.do(targets.VerbStage, targets.Blue, of(f.release("v2")))
	f.do(targets.VerbReady, targets.Blue)
	for slot, want := range map[targets.Slot]string{targets.Base: "v1", targets.Blue: "v2"} {
		client := &http.Client{Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return f.target.Dial(ctx, "local", "web", slot)
			},
		}}
		res, err := client.Get("http://web/peer")
		if err != nil {
			t.Fatalf("ask %s: %v", slot, err)
		}
		res.Body.Close()
		if got := res.Header.Get("X-Version"); got != want {
			t.Errorf("in %s the name web means %q", slot, got)
		}
	}
}

func retiredStays(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	f.do(targets.VerbStage, targets.Blue, of(f.release("v2")))
	f.do(targets.VerbRetire, targets.Blue)
	blue := f.slot(targets.Blue)
	if p := blue.HostConfig.RestartPolicy.Name; p != container.RestartPolicyDisabled || blue.State.ExitCode != 0 {
		t.Errorf("stopped with code %d, its restart policy is %s", blue.State.ExitCode, p)
	}
	f.do(targets.VerbStart, targets.Blue)
	if p := f.slot(targets.Blue).HostConfig.RestartPolicy.Name; p != container.RestartPolicyUnlessStopped {
		t.Errorf("started, its restart policy is %s", p)
	}
}

func networkPruned(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	f.do(targets.VerbStage, targets.Blue, of(f.release("v2")))
	f.do(targets.VerbRetire, targets.Blue)
	own := "0-" + f.stack.Project + "-blue"
	if err := f.stack.Docker.NetworkRemove(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	f.do(targets.VerbStart, targets.Blue)
	n, err := f.stack.Docker.NetworkInspect(t.Context(), own, network.InspectOptions{})
	if err != nil || len(n.Containers) != 1 {
		t.Errorf("the new network has %d containers: %v", len(n.Containers), err)
	}
	if aliases := f.slot(targets.Blue).NetworkSettings.Networks[own].Aliases; !has(aliases, "web") {
		t.Errorf("its names there are %v", aliases)
	}
}

func containerRemoved(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	f.do(targets.VerbStage, targets.Blue, of(f.release("v2")))
	f.do(targets.VerbRetire, targets.Blue)
	prune(t, f.stack)
	composetest.Until(t, "the proxy to miss blue", func() bool { return !up(observe(t, f.target), targets.Blue) })
	for _, verb := range []targets.Verb{targets.VerbStart, targets.VerbReady, targets.VerbRoute} {
		_, err := f.try(verb, targets.Blue)
		if p := problem(t, err, targets.CodeGone); !strings.Contains(p.Say.String(), "web") || !strings.Contains(p.Hint.String(), "goaround deploy") {
			t.Errorf("%s: %s (%s)", verb, p.Say, p.Hint)
		}
	}
	if _, there := observe(t, f.target).Slots[targets.Blue]; there {
		t.Error("an empty slot is observed")
	}
}

// up reports whether the proxy could send to a slot.
func up(h targets.Host, slot targets.Slot) bool {
	for _, s := range h.Servers {
		if s.Slot == slot && !s.Up {
			return false
		}
	}
	return true
}

func foreignSlot(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	r := f.release("v2")
	name := f.stack.Project + "-blue-theirs"
	_, err := f.stack.Docker.ContainerCreate(t.Context(), &container.Config{
		Image: f.stack.Image(t, "v1"), Labels: map[string]string{
			"com.docker.compose.project": f.stack.Project + "-blue", "com.docker.compose.service": "theirs",
		},
	}, nil, nil, nil, name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.try(targets.VerbStage, targets.Blue, of(r))
	problem(t, err, "slot-foreign")
	if err := f.stack.Docker.ContainerRemove(t.Context(), name, container.RemoveOptions{}); err != nil {
		t.Errorf("their container: %v", err)
	}
}

func liveSlot(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	r := f.release("v2")
	f.cutOver(targets.Blue, r, targets.Base, observe(t, f.target).Slots[targets.Base].Release)
	for _, verb := range []targets.Verb{targets.VerbStage, targets.VerbRetire, targets.VerbRemove} {
		_, err := f.try(verb, targets.Blue, of(r))
		problem(t, err, "slot-live")
	}
	if v := s.Version(t.Context()); v != "v2" {
		t.Errorf("%q answers", v)
	}
}

func missingDependency(t *testing.T, s *composetest.Stack) {
	edit(t, s.Dir+"/compose.yaml", func(file string) string {
		return strings.Replace(file, "  web:\n", "  cache:\n    image: "+s.Project+"-web:v1\n\n  web:\n    depends_on: [cache]\n", 1)
	})
	f := fly(t, s)
	r := f.release("v2")
	_, err := f.try(targets.VerbStage, targets.Blue, of(r))
	if p := problem(t, err, "dependency"); !strings.Contains(p.Hint.String(), "docker compose up -d cache") {
		t.Errorf("hint: %s", p.Hint)
	}
	if _, staged := observe(t, f.target).Slots[targets.Blue]; staged {
		t.Error("something was staged")
	}
	s.ComposeUp(t, "cache")
	f.do(targets.VerbStage, targets.Blue, of(r))
}

func freshCheckout(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	r := f.release("v2")
	f.do(targets.VerbStage, targets.Blue, of(r))
	f.do(targets.VerbRetire, targets.Blue)
	giveBack(t, f.lease)
	file := s.Dir + "/web.env"
	if err := os.Rename(file, file+".not-here"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Rename(file+".not-here", file) })

	f = &flight{T: t, stack: s, target: open(t, s)}
	f.lease = acquire(t, f.target, claim("ana"))
	clean(t, f.target.Door().Line("token is "+composetest.Secret).String())
	for _, verb := range []targets.Verb{targets.VerbStart, targets.VerbReady, targets.VerbRoute} {
		f.do(verb, targets.Blue)
	}
	_, err := f.try(targets.VerbStage, targets.Green, of(r))
	if p := problem(t, err, "env-file-missing"); !strings.Contains(p.Say.String(), "the env file web.env of web") {
		t.Errorf("%s", p.Say)
	}
	if found := f.target.Check(t.Context()); len(found) != 1 || found[0].Code != "env-file-missing" {
		t.Errorf("the check says: %s", list(found))
	}
}

func neverReady(t *testing.T, s *composetest.Stack) {
	edit(t, s.Dir+"/goaround.yaml", func(file string) string {
		return strings.Replace(file, "ready_within: 60s", "ready_within: 5s", 1)
	})
	f := fly(t, s)
	for version, words := range map[string]string{"sick": "the database does not answer", "dead": "cannot open the database"} {
		if _, err := f.try(targets.VerbStage, targets.Blue, of(f.release(version))); err != nil {
			t.Fatal(err)
		}
		_, err := f.try(targets.VerbReady, targets.Blue)
		p := problem(t, err, "not-ready")
		if said := fmt.Sprint(p.More); len(p.More) > 30 || !strings.Contains(said, words) {
			t.Errorf("%s: %s; its last words are %s", version, p.Say, said)
		}
		f.do(targets.VerbRemove, targets.Blue)
	}
	h := observe(t, f.target)
	if _, left := h.Slots[targets.Blue]; left || h.Live != targets.Base || s.Version(t.Context()) != "v1" {
		t.Errorf("afterwards: %+v", h)
	}
	_, err := s.Docker.NetworkInspect(t.Context(), "0-"+s.Project+"-blue", network.InspectOptions{})
	if err == nil {
		t.Error("the slot's network is left")
	}
}
