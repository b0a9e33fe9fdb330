package compose

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

func TestTheRestartPolicyIsTheFiles(t *testing.T) {
	three := uint64(3)
	for want, service := range map[string]types.ServiceConfig{
		"no/0":             {},
		"unless-stopped/0": {Restart: "unless-stopped"},
		"on-failure/5":     {Restart: "on-failure:5"},
		"always/0":         {Restart: "no", Deploy: &types.DeployConfig{RestartPolicy: &types.RestartPolicy{Condition: "any"}}},
		"on-failure/3":     {Deploy: &types.DeployConfig{RestartPolicy: &types.RestartPolicy{Condition: "on-failure", MaxAttempts: &three}}},
	} {
		got := restartPolicy(service)
		if s := string(got.Name) + "/" + string(rune('0'+got.MaximumRetryCount)); s != want {
			t.Errorf("%s, want %s", s, want)
		}
	}
}
