package compose

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/text"
)

// project loads the Compose file of a folder as part of the app shop.
func loadProject(t *testing.T, dir string) *project {
	t.Helper()
	env := checklist.Environment{Name: "production", Hosts: []string{"local"}}
	p, err := load(t.Context(), Config{
		File: &checklist.File{
			App:          "shop",
			Environments: []checklist.Environment{env},
			Release:      []checklist.Service{{Name: "web", Backend: "web"}, {Name: "render", Backend: "render"}},
		},
		Dir: dir,
		Env: env,
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func stageOp(slot targets.Slot) targets.Op {
	return targets.Op{Verb: targets.VerbStage, Slot: slot, Session: "s1", Plan: "p1", Release: targets.Release{
		Images: map[string]targets.Image{
			"web":    {Ref: "ghcr.io/team/shop:2.0", Pin: "ghcr.io/team/shop@sha256:" + strings.Repeat("a", 64), Version: text.Clean("2.0")},
			"render": {Ref: "render:2.0", Pin: "sha256:" + strings.Repeat("b", 64), Version: text.Clean("2.0")},
		},
	}}
}

func TestASlotIsTheReleasedServicesUnderNamesOfTheirOwn(t *testing.T) {
	p := loadProject(t, "testdata/slot")
	if problems := p.refusals(); len(problems) > 0 {
		t.Fatalf("refused: %v", problems[0])
	}
	s, err := p.slot(stageOp(targets.Blue))
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.MarshalYAML()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("testdata/slot")
	if err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, strings.ReplaceAll(string(out), dir, "DIR"))
}

func TestTheTeamsProjectIsNotChangedByMakingSlots(t *testing.T) {
	p, fresh := loadProject(t, "testdata/slot"), loadProject(t, "testdata/slot")
	for _, slot := range []targets.Slot{targets.Blue, targets.Green} {
		if _, err := p.slot(stageOp(slot)); err != nil {
			t.Fatal(err)
		}
	}
	want, _ := fresh.base.MarshalYAML()
	got, _ := p.base.MarshalYAML()
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the base project changed:\n%s", diff)
	}
}

func TestASlotOfANetworkThatIsClosedOpensNoWayOut(t *testing.T) {
	for network, internal := range map[string]bool{"hidden": true, "appnet": false} {
		p := loadProject(t, "testdata/slot")
		for i := range p.released {
			p.released[i].config.Networks = map[string]*types.ServiceNetworkConfig{network: nil}
		}
		if got := p.privateConfig(targets.Blue).Internal; got != internal {
			t.Errorf("on %s the slot's own network is internal: %v", network, got)
		}
	}
}

func TestTheKeptBaseIsTheReleasedServicesAsTheyAre(t *testing.T) {
	p := loadProject(t, "testdata/slot")
	kept, err := p.kept(targets.Base)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"render", "web"}, kept.ServiceNames()); diff != "" {
		t.Error(diff)
	}
	web := kept.Services["web"]
	if kept.Name != "shop" || web.ContainerName != "shop_web" || len(web.DependsOn) != 1 {
		t.Errorf("project %s, container %s, depends on %v", kept.Name, web.ContainerName, web.DependsOn)
	}
}

func TestASharedServiceThatCallsAReleasedOneByItsPlainNameIsToldOf(t *testing.T) {
	for value, told := range map[string]bool{
		"http://web:8080/hook": true,
		"web:8080":             true,
		"http://web":           true,
		"http://proxy/":        false,
		"webmaster":            false,
		"http://web.example":   false,
	} {
		p := loadProject(t, "testdata/slot")
		p.released[0].Port = 8080
		db := p.base.Services["db"]
		db.Environment = types.MappingWithEquals{"HOOK": &value}
		p.base.Services["db"] = db
		if got := len(p.callers()) > 0; got != told {
			t.Errorf("%s: told %v, want %v", value, got, told)
		}
	}
}
