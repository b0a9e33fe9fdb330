package compose

import (
	"fmt"

	"github.com/distribution/reference"

	"goaround/targets/text"
)

// repository is an image's name without tag and digest, as Docker spells it in full;
// empty if ref is not a reference.
func repository(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ""
	}
	return named.Name()
}

// familiar is an image's repository as people write it.
func familiar(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	return reference.FamiliarName(named)
}

// version is what people call an image: its tag, else its digest, shortened.
func version(ref string) string {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	if tagged, ok := named.(reference.Tagged); ok {
		return tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		return digested.Digest().Encoded()[:12]
	}
	return "latest"
}

func parseImage(ref string) (reference.Named, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return nil, text.NewProblem("image-name",
			fmt.Sprintf("%q is not the name of an image", ref),
			"it has the form registry/name:tag, for example ghcr.io/team/shop:1.4.2")
	}
	return reference.TagNameOnly(named), nil
}
