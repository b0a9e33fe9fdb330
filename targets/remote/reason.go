package remote

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"goaround/targets/text"
)

// Codes of the problems on the way to an engine behind SSH.
const (
	CodeUnreachable = "ssh-unreachable" // nothing answers there
	codeDenied      = "ssh-denied"
	codeNewKey      = "ssh-host-unknown"
	codeOtherKey    = "ssh-host-changed"
	codeFailed      = "ssh-failed"
)

// rest is how long a failed attempt is an answer. A server shuts out whoever comes again
// and again with a key that it does not take.
func rest(p *text.Problem) time.Duration {
	if p != nil && (p.Code == codeDenied || p.Code == codeNewKey || p.Code == codeOtherKey) {
		return 5 * time.Second
	}
	return time.Second
}

// problem makes what ssh, or the docker command through it, has said one that a person
// can act on.
func (t *tunnel) problem(said string) *text.Problem {
	if _, stderr, ok := strings.Cut(said, "stderr="); ok {
		said = stderr
	}
	says := func(phrases ...string) string { return lineWith(said, phrases) }
	p := t.keyProblem(says)
	if p == nil {
		p = t.engineProblem(says)
	}
	if p == nil {
		p = t.networkProblem(says)
	}
	if all := lines(said); len(all) > 1 || p.Code == codeFailed {
		p.More = all
	}
	return p
}

// keyProblem is one of a key, the host's or the user's; nil: there is none.
func (t *tunnel) keyProblem(says func(...string) string) *text.Problem {
	const refused, tooMany = "Permission denied (", "Too many authentication failures"
	host, login := t.to.Host, "`"+t.login()+"`"
	switch {
	case says("REMOTE HOST IDENTIFICATION HAS CHANGED") != "":
		return text.NewProblem(codeOtherKey, "the host key of "+host+" is not the one that is known here: the host was set up anew, or somebody is in between",
			fmt.Sprintf("if you know why it changed: `ssh-keygen -R %s`, then %s once", t.knownAs(), login))
	case says("Host key verification failed", "host key is known for") != "":
		return text.NewProblem(codeNewKey, "the host key of "+host+" is not known here, so nothing is sent there",
			login+" once shows its fingerprint: compare it, and answer yes")
	case says(refused, tooMany) != "":
		return text.NewProblem(codeDenied, host+" does not let us in: "+says(refused, tooMany),
			login+" must log in without a question: `ssh-add` the key, or name it in ~/.ssh/config")
	}
	return nil
}

// engineProblem is one of the engine on a host that was reached; nil: there is none.
func (t *tunnel) engineProblem(says func(...string) string) *text.Problem {
	host, dial := t.to.Host, says("dial unix")
	switch {
	case strings.Contains(dial, "permission denied"):
		return text.NewProblem("engine-denied", fmt.Sprintf("%s lets %s in, who may not use its docker engine", host, t.user()),
			"put that user into the group docker there, which is as strong as root, or log in as another")
	case dial != "", says("Cannot connect to the Docker daemon") != "":
		return t.silentEngine()
	case says("docker: command not found", "docker: not found", "docker: No such file") != "":
		return text.NewProblem("engine-hidden", fmt.Sprintf("%s forwards no connection to %s, and has no docker command to fall back on", host, t.remoteSocket()),
			"look there whether an engine runs; `AllowStreamLocalForwarding yes` in its sshd_config lets the connection through")
	}
	return nil
}

func (t *tunnel) networkProblem(says func(...string) string) *text.Problem {
	why := says("Could not resolve hostname", "Connection timed out", "Connection refused", "No route to host", "Network is unreachable",
		"Timeout, server", "Connection reset", "Connection closed", "closed by remote host", "Broken pipe", "banner exchange", "kex_exchange")
	if why == "" {
		return text.NewProblem(codeFailed, "ssh to "+t.to.Host+" does not work", "look what `"+t.login()+"` says")
	}
	return text.NewProblem(CodeUnreachable, fmt.Sprintf("%s cannot be reached over SSH: %s", t.to.Host, why),
		"look whether it is up and the network reaches it: `"+t.login()+"`")
}

// silent is the problem of a host of which nothing has come for a while.
func (t *tunnel) silent() *text.Problem {
	if p := t.why(); p != nil {
		return p
	}
	return text.NewProblem(CodeUnreachable, fmt.Sprintf("%s does not answer over SSH", t.to.Host),
		"look whether it is up and the network reaches it: `"+t.login()+"`")
}

// reason is why a call to the engine failed with err.
func (t *tunnel) reason(err error) *text.Problem {
	var p *text.Problem
	if errors.As(err, &p) {
		return p
	}
	t.settle()
	if p := t.why(); p != nil {
		return p
	}
	if p := t.problem(err.Error()); p.Code != codeFailed {
		return p
	}
	return t.silentEngine()
}

// silentEngine is the problem of a host that is reached, without an engine that is.
func (t *tunnel) silentEngine() *text.Problem {
	return text.NewProblem("engine-silent", fmt.Sprintf("the docker engine of %s does not answer", t.to.Host),
		fmt.Sprintf("the host is reached: look there with `%s docker version`", t.login()))
}

// cannotStart is the problem of an ssh that cannot even be run.
func (t *tunnel) cannotStart(err error) *text.Problem {
	if errors.Is(err, exec.ErrNotFound) {
		return text.NewProblem("ssh-missing", t.to.Host+" is reached with the ssh command, and there is none here", "install OpenSSH's client")
	}
	return text.NewProblem(codeFailed, "ssh to "+t.to.Host+" cannot be started: "+err.Error(), "look what `"+t.login()+"` says")
}

func (t *tunnel) user() string {
	if t.to.User == "" {
		return "a user"
	}
	return t.to.User
}

// knownAs is the host's name in a file of known hosts.
func (t *tunnel) knownAs() string {
	if t.to.Port == "" || t.to.Port == "22" {
		return t.to.Host
	}
	return fmt.Sprintf("'[%s]:%s'", t.to.Host, t.to.Port)
}

// lineWith is the last line that has one of the phrases.
func lineWith(said string, phrases []string) string {
	found := ""
	for line := range strings.Lines(said) {
		for _, p := range phrases {
			if strings.Contains(line, p) {
				found = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "ssh: "), ".")
			}
		}
	}
	return found
}

// lines are the last of what was said, without frames of @.
func lines(said string) []text.Safe {
	const most = 12
	var all []text.Safe
	for line := range strings.Lines(said) {
		if line = strings.Trim(line, "@ \r\n"); line != "" {
			all = append(all, text.Clean(line))
		}
	}
	return all[max(0, len(all)-most):]
}
