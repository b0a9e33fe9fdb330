package flights

import (
	"context"
	"testing"

	"github.com/docker/docker/api/types/image"

	"goaround/targets/compose/composetest"
)

// TestAnImageThatOnlyTheLaptopHasIsDeployed flies to hosts behind SSH that can pull nothing.
func TestAnImageThatOnlyTheLaptopHasIsDeployed(t *testing.T) {
	t.Parallel()
	f, ada := newFleet(t, 2)
	here := *f.stacks[0]
	here.Docker = composetest.Engine(t)
	ref := here.Image(t, "v2")
	t.Cleanup(func() {
		here.Docker.ImageRemove(context.WithoutCancel(t.Context()), ref, image.RemoveOptions{})
	})
	mention(t, ada.must(t, 14, "plan", ref), ref+" is not on web-1 and cannot be pulled", "hint: ", "the docker engine here")

	ada.env = append(ada.env, "DOCKER_HOST="+here.Docker.DaemonHost())
	sent := ref + " was sent from here to web-1, web-2: "
	d := ada.fly(t, "deploy", ref, "--plain")
	d.expect("web-1: send " + ref + ", 0 of ")
	d.expect("note: " + sent)
	d.toWatch()
	f.serves(t, "v2")
	d.say("rollback")
	d.expect("the rollback is done")
	d.say("close")
	mention(t, d.ends(10), "on 2 of 2 hosts; "+sent, "web-2: send "+ref)
	want, err := here.Docker.ImageInspect(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range f.stacks {
		in, err := s.Docker.ContainerInspect(t.Context(), s.Project+"-blue-web-blue-1")
		if err != nil || in.Image != want.ID {
			t.Errorf("the new version runs from %s, %v, want %s", in.Image, err, want.ID)
		}
	}
}
