package compose

import (
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"goaround/targets"
	"goaround/targets/text"
)

// refusals are the reasons, to be seen in the files alone, why no release can be done
// as they stand: each with the line to change.
func (p *project) refusals() []*text.Problem {
	found := append(p.refuseProxy(), p.refuseLacking()...)
	for _, s := range p.file.Release {
		if _, ok := p.base.Services[s.Name]; !ok {
			found = append(found, text.NewProblem("service-unknown",
				fmt.Sprintf("%s is to be released, and the Compose file has no such service", s.Name),
				"its services are "+strings.Join(p.base.ServiceNames(), ", ")))
		}
	}
	for _, r := range p.released {
		for _, rule := range []func(released) *text.Problem{
			p.refuseNetworkMode, p.refuseNamespace, p.refuseLinks, p.refuseAddress, p.refuseReplicas,
			p.refusePublished, p.refuseBuild, p.refuseLogging, p.refusePort, p.refuseName, p.refuseApart, p.refuseOrder,
		} {
			if problem := rule(r); problem != nil {
				found = append(found, problem)
			}
		}
	}
	return found
}

func (p *project) refuseNetworkMode(r released) *text.Problem {
	if r.config.NetworkMode == "" {
		return nil
	}
	return text.NewProblem("network-mode",
		fmt.Sprintf("%s has network_mode %q, so the proxy cannot tell two slots of it apart", r.Name, r.config.NetworkMode),
		fmt.Sprintf("remove `network_mode: %s` (%s)", r.config.NetworkMode, p.position(r.Name, "network_mode")))
}

func (p *project) refuseNamespace(r released) *text.Problem {
	for key, value := range map[string]string{"pid": r.config.Pid, "ipc": r.config.Ipc} {
		if strings.HasPrefix(value, types.ServicePrefix) {
			return text.NewProblem("namespace-shared",
				fmt.Sprintf("%s shares its %s namespace with another service, which cannot have two slots", r.Name, key),
				fmt.Sprintf("remove `%s: %s` (%s)", key, value, p.position(r.Name, key)))
		}
	}
	return nil
}

func (p *project) refuseLinks(r released) *text.Problem {
	for _, l := range []struct {
		key    string
		values []string
	}{
		{"links", r.config.Links}, {"external_links", r.config.ExternalLinks}, {"volumes_from", r.config.VolumesFrom},
	} {
		if len(l.values) > 0 {
			return text.NewProblem("links",
				fmt.Sprintf("%s has %s, which name one container where there will be two", r.Name, l.key),
				fmt.Sprintf("remove `%s: [%s]` (%s); services find each other by name on their networks",
					l.key, strings.Join(l.values, ", "), p.position(r.Name, l.key)))
		}
	}
	return nil
}

func (p *project) refuseAddress(r released) *text.Problem {
	if r.config.MacAddress != "" {
		return p.fixedAddress(r.Name, r.config.MacAddress, "mac_address")
	}
	for key, n := range r.config.Networks {
		if n == nil {
			continue
		}
		for _, address := range []string{n.Ipv4Address, n.Ipv6Address, n.MacAddress} {
			if address != "" {
				return p.fixedAddress(r.Name, address, "networks", key)
			}
		}
	}
	return nil
}

func (p *project) fixedAddress(service, address string, keys ...string) *text.Problem {
	return text.NewProblem("address-fixed",
		fmt.Sprintf("%s has the fixed address %s, which two slots cannot share", service, address),
		fmt.Sprintf("remove it (%s); the proxy finds a slot by its name", p.position(service, keys...)))
}

func (p *project) refuseReplicas(r released) *text.Problem {
	if r.config.GetScale() == 1 {
		return nil
	}
	key := []string{"scale"}
	if r.config.Deploy != nil && r.config.Deploy.Replicas != nil {
		key = []string{"deploy", "replicas"}
	}
	return text.NewProblem("replicas",
		fmt.Sprintf("%s asks for %d containers, and a slot has one of each service", r.Name, r.config.GetScale()),
		fmt.Sprintf("set `%s` to 1 (%s)", strings.Join(key, "."), p.position(r.Name, key...)))
}

func (p *project) refusePublished(r released) *text.Problem {
	for _, port := range r.config.Ports {
		if port.Published != "" {
			return text.NewProblem("port-published",
				fmt.Sprintf("%s publishes port %s of the host, which two slots cannot share", r.Name, port.Published),
				fmt.Sprintf("remove `%s:%d` from its ports (%s); traffic comes through the proxy",
					port.Published, port.Target, p.position(r.Name, "ports")))
		}
	}
	return nil
}

func (p *project) refuseBuild(r released) *text.Problem {
	if r.config.Image != "" {
		return nil
	}
	return text.NewProblem("image-unnamed",
		fmt.Sprintf("%s is built and its image has no name, so there is nothing to release", r.Name),
		fmt.Sprintf("add `image: %s-%s` beside `build:` (%s)", p.base.Name, r.Name, p.position(r.Name, "build")))
}

func (p *project) refuseLogging(r released) *text.Problem {
	return p.refuseSilence(r.Name, r.config, "its log could not be shown beside the old version's")
}

func (p *project) refuseSilence(service string, c types.ServiceConfig, why string) *text.Problem {
	if c.Logging == nil || c.Logging.Driver != "none" {
		return nil
	}
	return text.NewProblem("logging-none",
		fmt.Sprintf("%s has the logging driver none: %s", service, why),
		fmt.Sprintf("remove `driver: none` (%s)", p.position(service, "logging")))
}

func (p *project) refusePort(r released) *text.Problem {
	if r.Port > 0 || r.Worker() {
		return nil
	}
	return text.NewProblem("port-unknown",
		fmt.Sprintf("it is not known which port %s listens on", r.Name),
		fmt.Sprintf("add `port: 8080`, or what it is, to release.%s in goaround.yaml, or one `expose:` to the service (%s)",
			r.Name, p.position(r.Name)))
}

func (p *project) refuseName(r released) *text.Problem {
	for _, slot := range []targets.Slot{targets.Blue, targets.Green} {
		if _, taken := p.base.Services[inSlot(r.Name, slot)]; taken {
			return text.NewProblem("name-taken",
				fmt.Sprintf("the Compose file has a service %s, which is what %s is called in a slot", inSlot(r.Name, slot), r.Name),
				fmt.Sprintf("rename it (%s)", p.position(inSlot(r.Name, slot))))
		}
	}
	return nil
}

// refuseApart refuses a service that the proxy shares no network with.
func (p *project) refuseApart(r released) *text.Problem {
	proxy, ok := p.base.Services[p.proxy]
	if !ok || r.Worker() || r.config.NetworkMode != "" || proxy.NetworkMode != "" {
		return nil
	}
	for key := range r.config.Networks {
		if _, both := proxy.Networks[key]; both {
			return nil
		}
	}
	return text.NewProblem("network-apart",
		fmt.Sprintf("%s and %s are on no network together, so no request can get through", p.proxy, r.Name),
		fmt.Sprintf("put both on one of `networks:` (%s)", p.position(p.proxy)))
}

// refuseOrder refuses a network that Docker would ask before a slot's own: the names
// that a service has everywhere would mean the base's containers inside a slot.
func (p *project) refuseOrder(r released) *text.Problem {
	for key := range r.config.Networks {
		name := p.base.Networks[key].Name
		if name < p.privateNetwork(targets.Blue) || name < p.privateNetwork(targets.Green) {
			return text.NewProblem("network-order",
				fmt.Sprintf("the network %s of %s sorts before %s, so names inside a slot could mean the base", name, r.Name, p.privateNetwork(targets.Blue)),
				"give it a name that begins with a letter")
		}
	}
	return nil
}
