// Package flights flies real deploys: the built goaround on a real Docker Engine, with a
// team's stack of its own for each test.
package flights

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/docker/docker/client"
)

// together is how many flights are in the air at once. They mostly wait, for engines and
// for each other's load.
const together = "4"

// goaround is the program under test; empty where no engine answers.
var goaround string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "flights-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if engineAnswers() {
		goaround = filepath.Join(dir, "goaround")
		if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", goaround, "goaround").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build goaround: %v\n%s", err, out)
			os.Exit(1)
		}
	}
	flag.Parse()
	flag.Set("test.parallel", together)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func engineAnswers() bool {
	docker, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		return false
	}
	defer docker.Close()
	_, err = docker.Ping(context.Background())
	return err == nil
}
