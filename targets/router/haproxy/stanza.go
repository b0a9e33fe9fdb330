package haproxy

import (
	"fmt"
	"strings"

	"goaround/targets"
	"goaround/targets/router"
)

// The lines of the stanza that [Check] compares as they are.
const (
	lineSocket   = "stats socket ipv4@" + adminAddress + " level admin"
	lineTimeout  = "stats timeout 1h"
	lineState    = "server-state-file " + stateFile
	lineLog      = "log stdout format raw local0"
	lineIdle     = "option idle-close-on-response"
	lineLoad     = "load-server-state-from-file global"
	lineFormat   = "log-format '" + logFormat + "'"
	resolver     = "docker"
	nameserver   = "127.0.0.11:53"
	initialAddrs = "last,none"
)

// Stanza prints what a haproxy.cfg must have so that releases of the routes can be
// moved; what else a team has in these sections stays. The proxy needs a volume at
// /var/lib/goaround too.
func Stanza(routes []router.Route) string {
	var b strings.Builder
	section := func(name string, lines ...string) {
		fmt.Fprintf(&b, "%s\n", name)
		for _, line := range lines {
			fmt.Fprintf(&b, "    %s\n", line)
		}
		b.WriteString("\n")
	}
	section("global", lineLog, lineSocket, lineTimeout, lineState)
	section("defaults", "mode http", "log global", lineIdle, lineLoad)
	section("resolvers "+resolver, resolverLines()...)
	section("frontend public    # each that sends to the backends below", lineFormat)
	for _, r := range routes {
		var servers []string
		for _, slot := range slots() {
			servers = append(servers, serverLine(r, slot, resolver))
		}
		section("backend "+r.Backend, servers...)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// resolverLines: short holds, so that a new address is known at once, but a silent or
// refusing name server, which is the Docker daemon, takes no address away.
func resolverLines() []string {
	lines := []string{"nameserver dns " + nameserver}
	for _, l := range resolverLimits() {
		lines = append(lines, l.line())
	}
	return lines
}

// address is where a slot of a service is found on the shared network.
func address(r router.Route, slot targets.Slot) string {
	if slot == targets.Base {
		return fmt.Sprintf("%s:%d", r.Service, r.Port)
	}
	return fmt.Sprintf("%s-%s:%d", r.Service, slot, r.Port)
}

// fileWeight is what a server has when there is no saved state.
func fileWeight(slot targets.Slot) int {
	if slot == targets.Base {
		return liveWeight
	}
	return 0
}

func serverLine(r router.Route, slot targets.Slot, resolvers string) string {
	return fmt.Sprintf("server %s %s resolvers %s init-addr %s weight %d",
		slot, address(r, slot), resolvers, initialAddrs, fileWeight(slot))
}
