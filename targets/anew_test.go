package targets_test

import (
	"testing"

	"goaround/targets"
)

func TestAReleaseIsDeployedAnewByItsPins(t *testing.T) {
	web := targets.Image{Ref: "reg.example:5000/shop:v1", Pin: "reg.example:5000/shop@sha256:aa"}
	local := targets.Image{Ref: "mail:v1@sha256:old", Pin: "sha256:bb"}
	for want, images := range map[string]map[string]targets.Image{
		"goaround deploy IMAGE":                                                          {},
		"goaround deploy reg.example:5000/shop:v1@sha256:aa":                             {"web": web, "api": web},
		"goaround deploy mail:v1@sha256:bb --set web=reg.example:5000/shop:v1@sha256:aa": {"web": web, "mailer": local},
		"goaround deploy shop:v0":                                                        {"web": {Ref: "shop:v0"}},
	} {
		if got := (targets.Release{Images: images}).Anew(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
