package compose

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
)

// secrets are the values that must reach no screen and no event, by the name of their
// variable: of all that the Compose files give to any service,
//
//   - what has the name of a secret, also where it is only put into the files;
//   - what comes from an env_file, unless it is plainly a word, a number or an address;
//   - passwords within addresses;
//   - the contents of `secrets:`.
func (p *project) secrets() map[string]string {
	found := map[string]string{}
	for name, value := range p.base.Environment {
		keep(found, name, value, false)
	}
	for _, s := range p.base.AllServices() {
		for name, value := range s.Environment {
			if value != nil {
				keep(found, name, *value, false)
			}
		}
		for _, file := range s.EnvFiles {
			p.keepFile(found, file.Path)
		}
	}
	for name, s := range p.base.Secrets {
		found[name] = s.Content
		if s.File != "" {
			content, _ := os.ReadFile(s.File)
			found[name] = strings.TrimSpace(string(content))
		}
		if s.Environment != "" {
			found[name] = p.base.Environment[s.Environment]
		}
	}
	return found
}

func (p *project) keepFile(found map[string]string, path string) {
	values, err := dotenv.GetEnvFromFile(p.base.Environment, []string{path})
	if err != nil {
		return
	}
	for name, value := range values {
		keep(found, name, value, true)
	}
}

func keep(found map[string]string, name, value string, fromFile bool) {
	if u, err := url.Parse(value); err == nil && u.User != nil {
		if password, ok := u.User.Password(); ok {
			found[name] = password
			return
		}
	}
	if looksSecret(name) || fromFile && !plain(value) {
		found[name] = value
	}
}

// looksSecret judges by the words of a variable's name.
func looksSecret(name string) bool {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	if len(words) == 0 || slices.Contains([]string{"FILE", "PATH", "DIR"}, words[len(words)-1]) {
		return false
	}
	for _, w := range words {
		if slices.Contains([]string{"KEY", "PASS", "DSN", "SALT", "PAT", "AUTH"}, w) || w == "PWD" && len(words) > 1 {
			return true
		}
		for _, part := range []string{"PASSW", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL", "PRIVATE", "APIKEY"} {
			if strings.Contains(w, part) {
				return true
			}
		}
	}
	return false
}

// plain reports whether a value is one that could not be a secret: a word, a number, a
// duration, a host with a port, an address without a query.
func plain(value string) bool {
	if u, err := url.Parse(value); err == nil && u.Scheme != "" && u.Host != "" {
		return u.User == nil && u.RawQuery == "" && plain(u.Hostname()) && plain(strings.Trim(u.Path, "/"))
	}
	ok, _ := regexp.MatchString(`^([A-Za-z./_-]*(:\d+)?|[\d.,:_-]*[a-z]{0,2})$`, value)
	return ok
}
