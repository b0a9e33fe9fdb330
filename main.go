// Goaround takes a small team through a production deploy on Docker hosts, with the way
// back one key away.
package main

import (
	"context"
	"os"

	"goaround/ui/cli"
)

func main() {
	os.Exit(cli.Main(context.Background(), os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
