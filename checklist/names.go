package checklist

import (
	"net/url"
	"strings"
)

const (
	small   = "abcdefghijklmnopqrstuvwxyz"
	digits  = "0123456789"
	letters = small + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

const nameHint = "use small letters, digits and `-`, a letter first, at most 40 characters"

// isName reports whether s can name an app or an environment: [a-z][a-z0-9-]{0,39}.
// Containers, volumes and leases are named after them.
func isName(s string) bool {
	return spelled(s, small, small+digits+"-", 40)
}

// isService reports whether Compose takes s as the name of a service.
func isService(s string) bool {
	return spelled(s, letters+digits, letters+digits+"._-", 63)
}

// isProject reports whether Compose takes s as the name of a project.
func isProject(s string) bool {
	return spelled(s, small+digits, small+digits+"_-", 63)
}

// isBackend reports whether s can be the name of a proxy's section (HAProxy
// configuration manual, "Proxies": letters, digits, '-', '_', '.', ':').
func isBackend(s string) bool {
	return spelled(s, letters+digits+"-_.:", letters+digits+"-_.:", 100)
}

// isCapture reports whether s can be the name of a capture.
func isCapture(s string) bool {
	return spelled(s, letters+"_", letters+digits+"_", 40)
}

// isHeader reports whether s is a token of RFC 9110, 5.6.2.
func isHeader(s string) bool {
	const token = letters + digits + "!#$%&'*+-.^_`|~"
	return spelled(s, token, token, 100)
}

// spelled reports whether s begins with one of first, goes on with rest alone, and has
// at most length bytes.
func spelled(s, first, rest string, length int) bool {
	return s != "" && len(s) <= length && strings.IndexByte(first, s[0]) >= 0 && strings.Trim(s, rest) == ""
}

// isHost reports whether s names a Docker Engine that can be reached.
func isHost(s string) bool {
	if path, ok := strings.CutPrefix(s, "unix://"); ok {
		return isPath(path)
	}
	if name, ok := strings.CutPrefix(s, "context:"); ok {
		return spelled(name, letters+digits, letters+digits+"_.+-", 100)
	}
	return s == "local" || isSSH(s)
}

// isSSH reports whether s is ssh://user@host:port, where user and port may be left out,
// with the path of the engine's socket behind it if that is not where it usually is.
func isSSH(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "ssh" || u.Opaque != "" || u.RawQuery != "" || strings.Contains(s, "#") {
		return false
	}
	if u.User != nil {
		_, password := u.User.Password()
		if password || !spelled(u.User.Username(), letters+digits+"_", letters+digits+"_.-", 64) {
			return false
		}
	}
	return spelled(u.Hostname(), letters+digits+":", letters+digits+"_.:-", 253) && u.Port() != "0"
}

// isURL reports whether s is an address that a request can go to. It holds no
// password, since it is shown.
func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && u.Fragment == ""
}

// isPath reports whether s is the path and query of a request.
func isPath(s string) bool {
	u, err := url.Parse(s)
	return err == nil && strings.HasPrefix(s, "/") && u.Host == "" && u.User == nil && !strings.Contains(s, "#")
}

// isText reports whether s has no line break or other control character, so that it
// can be part of a command line or a header.
func isText(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f })
}
