package compose

import (
	"net/url"
	"strings"
)

// hostNames are what people call the hosts at these addresses: a host of SSH by its name
// alone, a Docker context by its own, unless that means two of them.
func hostNames(addresses []string) []string {
	times := map[string]int{}
	for _, a := range addresses {
		times[shortName(a)]++
	}
	names := make([]string, len(addresses))
	for i, a := range addresses {
		if names[i] = shortName(a); times[names[i]] > 1 {
			names[i] = a
		}
	}
	return names
}

func shortName(address string) string {
	if name, ok := strings.CutPrefix(address, "context:"); ok {
		return name
	}
	if u, err := url.Parse(address); err == nil && u.Scheme == "ssh" {
		return u.Hostname()
	}
	return address
}
