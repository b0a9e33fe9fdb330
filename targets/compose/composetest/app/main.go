// Command app is the services of the stacks that package composetest brings up. Its
// image says by VERSION and MODE what it is.
//
//	app               serve
//	app job FOR CODE  be a job: say so, wait that long, end with that code
//	app work NAME     be a worker, on the queue that QUEUE says
//	app healthy       say by the exit code whether a worker is well
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 4 && os.Args[1] == "job" {
		os.Exit(job(os.Args[2], os.Args[3]))
	}
	if len(os.Args) == 2 && os.Args[1] == "healthy" {
		os.Exit(healthy())
	}
	act := func() error { return run(os.Getenv("VERSION"), os.Getenv("MODE")) }
	if len(os.Args) == 3 && os.Args[1] == "work" {
		act = func() error { return work(os.Args[2], os.Getenv("VERSION"), os.Getenv("QUEUE")) }
	}
	if err := act(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// job is a migration that changes nothing. It says what a job must not.
func job(wait, code string) int {
	fmt.Println("migrating with", os.Getenv("VERSION"), os.Getenv("API_TOKEN"))
	d, err := time.ParseDuration(wait)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 2
	}
	time.Sleep(d)
	fmt.Fprintln(os.Stderr, "error: the last word of the job")
	n, err := strconv.Atoi(code)
	if err != nil {
		return 2
	}
	return n
}

// run serves until SIGTERM, then lets the requests in flight end.
func run(version, mode string) error {
	fmt.Println("starting", version)
	if mode == "dead" {
		return errors.New("cannot open the database")
	}
	if mode == "hostile" {
		writeHostile(os.Stdout)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: ":8080", Handler: routes(version, mode)}
	served := make(chan error, 1)
	go func() { served <- server.ListenAndServe() }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return server.Shutdown(context.WithoutCancel(ctx))
	}
}

func routes(version, mode string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if mode == "sick" {
			fmt.Println("warning: the database does not answer")
			http.Error(w, "sick", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) { answer(w, version) })
	mux.HandleFunc("/{service}/", func(w http.ResponseWriter, _ *http.Request) { answer(w, version) })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		wait, err := time.ParseDuration(r.URL.Query().Get("for"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		select {
		case <-time.After(wait):
			answer(w, version)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/echo", echo(version))
	mux.HandleFunc("/peer", func(w http.ResponseWriter, _ *http.Request) {
		res, err := http.Get("http://web:8080/")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		answer(w, res.Header.Get("X-Version"))
	})
	mux.HandleFunc("/hostile", func(w http.ResponseWriter, _ *http.Request) { writeHostile(w) })
	mux.HandleFunc("/error", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Println("error: asked to fail")
		http.Error(w, version, http.StatusInternalServerError)
	})
	return mux
}

func answer(w http.ResponseWriter, version string) {
	w.Header().Set("X-Version", version)
	fmt.Fprintln(w, version)
}

// writeHostile writes what a terminal should not be given, and the service's secret.
func writeHostile(w io.Writer) {
	fmt.Fprintln(w, "escape \x1b[2J\x1b]0;owned\x07 bidi \u202egnp.exe invalid \xff\xfe return\rover")
	fmt.Fprintln(w, "token is "+os.Getenv("API_TOKEN"))
	fmt.Fprintln(w, strings.Repeat("long ", 200_000))
	fmt.Fprintln(w, "error: after the long line")
	fmt.Fprintln(w, "error: \x1b[2Jescape \u202ebidi \xff\xfe return\rover token "+os.Getenv("API_TOKEN"))
}
