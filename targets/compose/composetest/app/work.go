package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// work is a worker until SIGTERM: it ends the job in hand and takes no other. Without a
// queue it has nothing to do.
func work(name, version, queue string) error {
	fmt.Println("starting worker", name, version)
	if os.Getenv("MODE") == "sick" {
		fmt.Println("warning: the mail server does not answer")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if queue != "" {
		return workOn(ctx, name, version, queue)
	}
	<-ctx.Done()
	if os.Getenv("MODE") == "slow" {
		time.Sleep(5 * time.Second)
	}
	fmt.Println("stopped worker", name, version)
	return nil
}

// workOn takes one job after another and does it: a row of `done` for each, written some
// time after the job was taken. A job is taken for good only with its row, so one that is
// cut off is there again; and who works says so in `workers`, from start to end.
func workOn(ctx context.Context, name, version, queue string) error {
	db, err := connect(queue)
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	if _, err := db.query("INSERT INTO workers (host, worker, version) VALUES ('%s', '%s', '%s')", host, name, version); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := one(ctx, db, host); err != nil {
			return err
		}
	}
	_, err = db.query("UPDATE workers SET stopped = clock_timestamp() WHERE host = '%s' AND stopped IS NULL", host)
	fmt.Println("stopped worker", name, version)
	return err
}

// one does one job. Its effect is outside of the transaction that takes it, as a mail or
// a payment is: who dies in between does it twice.
func one(ctx context.Context, db *postgres, host string) error {
	if _, err := db.query("BEGIN"); err != nil {
		return err
	}
	jobs, err := db.query("SELECT id FROM jobs WHERE NOT taken ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED")
	if err != nil {
		return err
	}
	if len(jobs) == 0 {
		_, err := db.query("COMMIT")
		rest(ctx, 20*time.Millisecond)
		return err
	}
	id := jobs[0][0]
	effect, err := connect(os.Getenv("QUEUE"))
	if err != nil {
		return err
	}
	defer effect.conn.Close()
	if _, err := effect.query("INSERT INTO done (job, host) VALUES (%s, '%s')", id, host); err != nil {
		return err
	}
	time.Sleep(time.Duration(50+rand.IntN(200)) * time.Millisecond)
	_, err = db.query("UPDATE jobs SET taken = true WHERE id = %s; COMMIT", id)
	return err
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// healthy is the worker's health check.
func healthy() int {
	if os.Getenv("MODE") == "sick" {
		return 1
	}
	return 0
}
