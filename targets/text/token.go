package text

import (
	"regexp"
	"strings"
)

// kind is a token that is known by its shape. Where the pattern has a group, only the
// group is the secret.
type kind struct {
	name    string
	hints   []string // one of them is in every line that matches
	pattern *regexp.Regexp
}

// kinds are the shapes that their issuers document. Nothing is guessed from how
// random a word looks: container IDs and digests would be taken for keys.
var kinds = []kind{
	{"AWS-KEY", []string{"AKIA", "ASIA"}, regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`)},
	{"AWS-KEY", []string{"ecret", "ECRET"}, regexp.MustCompile(
		`(?i)\baws_?secret_?access_?key["']?\s*[:=]\s*["']?([A-Za-z0-9/+]{40})`)},
	{"GITHUB-TOKEN", []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"}, regexp.MustCompile(
		`\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})`)},
	{"SLACK-TOKEN", []string{"xox", "xapp-"}, regexp.MustCompile(
		`\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9-]{10,}`)},
	{"SLACK-TOKEN", []string{"hooks.slack.com/"}, regexp.MustCompile(
		`hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{16,})`)},
	{"JWT", []string{"eyJ"}, regexp.MustCompile(
		`\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?`)},
	{"BEARER", []string{"earer ", "EARER "}, regexp.MustCompile(`(?i)\bbearer +([A-Za-z0-9._~+/=-]{8,})`)},
	{"PASSWORD", []string{"://"}, regexp.MustCompile("://[^\\s/:@\"'`<>]*:([^\\s/\"'`<>]+)@")},
	{privateKey, []string{"PRIVATE KEY"}, regexp.MustCompile(
		`(?s)` + keyBegin + `(?:.*?` + keyEnd + `|(?:[\s\\rn]*[A-Za-z0-9+/=]{16,})*)`)},
}

const (
	privateKey = "PRIVATE-KEY"
	keyBegin   = `-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----`
	keyEnd     = `-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----`
)

// tokens returns where a line has secrets by their shape.
func tokens(raw string) []span {
	var found []span
	for _, k := range kinds {
		if !k.hinted(raw) {
			continue
		}
		for _, at := range k.pattern.FindAllStringSubmatchIndex(raw, -1) {
			secret := at[len(at)-2:]
			found = append(found, span{name: k.name, start: secret[0], end: secret[1]})
		}
	}
	return found
}

func (k kind) hinted(raw string) bool {
	for _, hint := range k.hints {
		if strings.Contains(raw, hint) {
			return true
		}
	}
	return false
}
