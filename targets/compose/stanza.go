package compose

import "goaround/targets/router/haproxy"

// Stanza is what the proxy's configuration needs for the released services.
func (t *Target) Stanza() string { return haproxy.Stanza(t.project.routes()) }
