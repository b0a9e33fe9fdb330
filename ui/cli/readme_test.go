package cli_test

import (
	"os"
	"strings"
	"testing"

	"goaround/ui/keys"
)

func TestREADMEHasTheKeysOfTheTable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "<!-- keys -->\n")
	table, _, ok := strings.Cut(rest, "<!-- /keys -->")
	if !ok || table != keys.Markdown() {
		t.Errorf("README's table of keys is not the one of ui/keys; between the comments it should say\n%s", keys.Markdown())
	}
}
