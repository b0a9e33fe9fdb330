package targets

import (
	"maps"
	"slices"
	"strings"
)

// Pinned names the image by its pin, with its tag for people: it stays the same image
// when the tag moves. An image that never saw a registry is named by its ID.
func (im Image) Pinned() string {
	name, _, _ := strings.Cut(im.Ref, "@")
	digest := im.Pin
	if _, after, ok := strings.Cut(im.Pin, "@"); ok {
		digest = after
	}
	if digest == "" {
		return im.Ref
	}
	return name + "@" + digest
}

// Anew is the command that takes r live like any other release, by its pins.
func (r Release) Anew() string {
	command, first := "goaround deploy IMAGE", ""
	for _, service := range slices.Sorted(maps.Keys(r.Images)) {
		switch ref := r.Images[service].Pinned(); {
		case first == "":
			first, command = ref, "goaround deploy "+ref
		case ref != first:
			command += " --set " + service + "=" + ref
		}
	}
	return command
}
