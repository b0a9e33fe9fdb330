package cli_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"goaround/ui/cli"
)

// TestMain has `goaround` on the path: this binary under that name.
func TestMain(m *testing.M) {
	testscript.Main(patient{m}, map[string]func(){"goaround": func() {
		os.Exit(cli.Main(context.Background(), os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}})
}

// patient runs more tests at once than there are processors, since all they do is wait
// for a demo in real time.
type patient struct{ *testing.M }

func (p patient) Run() int {
	flag.Parse()
	if err := flag.Set("test.parallel", "40"); err != nil {
		panic(err)
	}
	return p.M.Run()
}
