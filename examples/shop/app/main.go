// Command app is the shop: a web application that sells two things and keeps its
// orders in PostgreSQL.
//
//	shop              serve on :8080 until SIGTERM
//	shop migrate      bring the schema up to date and exit
//	shop healthcheck  exit 0 if the shop in this container is healthy
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is set by the build script.
var version = "dev"

const (
	addr = ":8080"
	// patience is how long requests in flight get after SIGTERM, and the database at the start.
	patience = 30 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("version", version)
	if err := run(ctx, os.Args[1:], log); err != nil {
		log.Error("shop ended", "err", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, log *slog.Logger) error {
	if len(args) == 1 && args[0] == "healthcheck" {
		return healthcheck(ctx)
	}
	if len(args) == 1 && args[0] == "migrate" {
		return migrate(ctx, log)
	}
	if len(args) > 0 {
		return fmt.Errorf("unknown command %q", args[0])
	}
	key := os.Getenv("SESSION_KEY")
	if key == "" {
		return errors.New("SESSION_KEY is not set")
	}
	db, err := openDatabase(ctx, connString(os.Getenv), log)
	if err != nil {
		return err
	}
	defer db.close()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return serve(ctx, listener, newShop(version, db, key, log).handler(), log)
}

// migrate is the job of goaround.yaml. A shop that starts finds nothing left to do.
func migrate(ctx context.Context, log *slog.Logger) error {
	db, err := openDatabase(ctx, connString(os.Getenv), log)
	if err != nil {
		return err
	}
	defer db.close()
	log.Info("the schema is up to date")
	return nil
}

// serve answers requests until ctx ends, and then those that are in flight.
func serve(ctx context.Context, listener net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.Info("shop is open", "addr", listener.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("shop is closing")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return server.Shutdown(ctx)
}

// healthcheck asks the shop in the same container. The image has no shell and no curl.
func healthcheck(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1"+addr+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the shop answers %s", resp.Status)
	}
	return nil
}
