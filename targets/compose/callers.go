package compose

import (
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"goaround/targets/text"
)

// callers tells of shared services that call a released one by its plain name, as far as
// their variables and command show it: from the first release on no slot has that name.
func (p *project) callers() []*text.Problem {
	var found []*text.Problem
	for _, name := range p.shared() {
		for _, r := range p.those(released.routed) {
			if name != p.proxy && calls(p.base.Services[name], r) {
				found = append(found, text.NewProblem("called-by-name",
					fmt.Sprintf("%s calls %s by its plain name, which only the base stack has", name, r.Name),
					fmt.Sprintf("let it call %s through %s", r.Name, p.proxy)))
			}
		}
	}
	return found
}

func calls(service types.ServiceConfig, r released) bool {
	words := append([]string(nil), service.Command...)
	for _, value := range service.Environment {
		if value != nil {
			words = append(words, *value)
		}
	}
	address := fmt.Sprintf("%s:%d", r.Name, r.Port)
	for _, word := range words {
		if strings.HasPrefix(word, address) || strings.Contains(word, "//"+address) ||
			strings.Contains(word, "//"+r.Name+"/") || strings.HasSuffix(word, "//"+r.Name) {
			return true
		}
	}
	return false
}
