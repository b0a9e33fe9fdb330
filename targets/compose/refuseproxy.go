package compose

import (
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"goaround/targets/text"
)

// storeDir is where the host store's volume is mounted in the proxy.
const storeDir = "/var/lib/goaround"

// refuseProxy are the reasons that lie in the proxy's service; its own configuration
// file is checked by checkRouter.
func (p *project) refuseProxy() []*text.Problem {
	proxy, ok := p.base.Services[p.proxy]
	if !ok {
		return []*text.Problem{p.refuseNoProxy()}
	}
	var found []*text.Problem
	for _, problem := range []*text.Problem{
		p.refuseProxyReleased(),
		p.refuseProxyKind(proxy),
		p.refuseProxyNetwork(proxy),
		p.refuseProxyReplicas(proxy),
		p.refuseSilence(p.proxy, proxy, "requests and errors are read from its log"),
		p.refuseNoStore(proxy),
	} {
		if problem != nil {
			found = append(found, problem)
		}
	}
	return found
}

func (p *project) refuseNoProxy() *text.Problem {
	known := p.proxies()
	switch {
	case p.proxy != "":
		return text.NewProblem("proxy-outside",
			fmt.Sprintf("the proxy %s is not in the Compose file; a proxy elsewhere cannot be driven", p.proxy),
			"set proxy.service in goaround.yaml to one of "+strings.Join(p.base.ServiceNames(), ", "))
	case len(known) == 0:
		return text.NewProblem("proxy-missing",
			"no service of the Compose file has the image of a known proxy (haproxy)",
			"add one, or name it: `proxy: {service: NAME, kind: haproxy}` in goaround.yaml")
	default:
		return text.NewProblem("proxy-ambiguous",
			"several services have the image of a known proxy: "+strings.Join(known, ", "),
			"name the one that the public traffic comes through: `proxy: {service: NAME}` in goaround.yaml")
	}
}

func (p *project) refuseProxyReleased() *text.Problem {
	if !p.isReleased(p.proxy) {
		return nil
	}
	return text.NewProblem("proxy-released",
		fmt.Sprintf("%s is the proxy and cannot be released: it holds the traffic while slots change", p.proxy),
		fmt.Sprintf("remove release.%s from goaround.yaml", p.proxy))
}

func (p *project) refuseProxyKind(proxy types.ServiceConfig) *text.Problem {
	if p.file.Proxy.Kind == "haproxy" || p.file.Proxy.Kind == "" && isProxy(proxy.Image) {
		return nil
	}
	return text.NewProblem("proxy-kind",
		fmt.Sprintf("it is not known what kind of proxy %s with image %q is", p.proxy, proxy.Image),
		"`proxy: {kind: haproxy}` in goaround.yaml, if it is one; HAProxy is what can be driven")
}

func (p *project) refuseProxyNetwork(proxy types.ServiceConfig) *text.Problem {
	if proxy.NetworkMode == "" {
		return nil
	}
	return text.NewProblem("proxy-network-mode",
		fmt.Sprintf("%s has network_mode %q, where it cannot find slots by name", p.proxy, proxy.NetworkMode),
		fmt.Sprintf("remove `network_mode: %s` and publish its ports (%s)", proxy.NetworkMode, p.position(p.proxy, "network_mode")))
}

func (p *project) refuseProxyReplicas(proxy types.ServiceConfig) *text.Problem {
	if proxy.GetScale() == 1 {
		return nil
	}
	return text.NewProblem("proxy-replicas",
		fmt.Sprintf("%s asks for %d containers; traffic can only be moved in one", p.proxy, proxy.GetScale()),
		fmt.Sprintf("set it to one container (%s)", p.position(p.proxy)))
}

func (p *project) refuseNoStore(proxy types.ServiceConfig) *text.Problem {
	for _, v := range proxy.Volumes {
		if v.Target == storeDir && v.Type == types.VolumeTypeVolume && v.Source != "" && !v.ReadOnly {
			return nil
		}
	}
	return text.NewProblem("store-missing",
		fmt.Sprintf("%s has no named volume at %s to keep what is live", p.proxy, storeDir),
		fmt.Sprintf("add `- goaround:%s` to its volumes and `goaround:` to the file's `volumes:` (%s), then `docker compose up -d %s`",
			storeDir, p.position(p.proxy), p.proxy))
}
