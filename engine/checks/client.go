package checks

import (
	"context"
	"net"
	"net/http"
)

const maxHeader = 256 << 10 // bytes of an answer's header

// Outside returns a client for addresses that anybody can reach. Certificates are
// verified, and the proxy that the environment names is used.
func Outside() *http.Client {
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxResponseHeaderBytes: maxHeader}}
}

// Inside returns a client that reaches an instance of a slot: each of its connections
// is one that dial makes, whatever the address. To https addresses too it speaks plain
// HTTP, as a proxy does that ends TLS, and names the scheme in X-Forwarded-Proto. So
// with the public URL as its base a smoke test meets the application as users do: host
// names, redirects to https and Secure cookies included.
func Inside(dial func(context.Context) (net.Conn, error)) *http.Client {
	connect := func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }
	return &http.Client{Transport: behindProxy{&http.Transport{
		DialContext:            connect,
		DialTLSContext:         connect,
		MaxResponseHeaderBytes: maxHeader,
	}}}
}

// behindProxy says of each request what a proxy in front would say.
type behindProxy struct{ *http.Transport }

// RoundTrip sends a copy of q.
func (p behindProxy) RoundTrip(q *http.Request) (*http.Response, error) {
	q = q.Clone(q.Context())
	q.Header.Set("X-Forwarded-Proto", q.URL.Scheme)
	return p.Transport.RoundTrip(q)
}
