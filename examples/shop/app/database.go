package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed schema.sql
var schema string

// migration is the advisory lock that one process at a time has while it changes the schema.
const migration = 0x73686f70

// database is the store in PostgreSQL.
type database struct{ pool *pgxpool.Pool }

// connString says where the database is, from the variables that the postgres image takes.
func connString(env func(string) string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.UserPassword(env("POSTGRES_USER"), env("POSTGRES_PASSWORD")),
		Host:   "db:5432",
		Path:   env("POSTGRES_DB"),
	}
	return u.String()
}

// openDatabase connects and brings the schema up to date. It has patience with a
// database that is still starting.
func openDatabase(ctx context.Context, conn string, log *slog.Logger) (*database, error) {
	pool, err := pgxpool.New(ctx, conn)
	if err != nil {
		return nil, err
	}
	db := &database{pool}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := db.migrate(ctx)
		if err == nil {
			return db, nil
		}
		log.Warn("waiting for the database", "err", err)
		select {
		case <-ctx.Done():
			pool.Close()
			return nil, fmt.Errorf("open the database: %w", err)
		case <-time.After(time.Second):
		}
	}
}

func (d *database) close() { d.pool.Close() }

func (d *database) migrate(ctx context.Context) error {
	return pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", migration); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, schema)
		return err
	})
}

func (d *database) ready(ctx context.Context) error {
	_, err := d.pool.Exec(ctx, "SELECT FROM orders LIMIT 1")
	return err
}

func (d *database) add(ctx context.Context, buyer string, i item) error {
	_, err := d.pool.Exec(ctx, `INSERT INTO carts (buyer, item, cents, count) VALUES ($1, $2, $3, 1)
		ON CONFLICT (buyer, item) DO UPDATE SET cents = $3, count = carts.count + 1`, buyer, i.Name, i.Cents)
	return err
}

func (d *database) cart(ctx context.Context, buyer string) ([]line, error) {
	rows, err := d.pool.Query(ctx, "SELECT item, count FROM carts WHERE buyer = $1 ORDER BY item", buyer)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[line])
}

func (d *database) pay(ctx context.Context, buyer string) (order, error) {
	var paid order
	err := d.pool.QueryRow(ctx, `WITH cart AS (DELETE FROM carts WHERE buyer = $1 RETURNING cents * count AS cents)
		INSERT INTO orders (buyer, cents) SELECT $1, sum(cents) FROM cart HAVING count(*) > 0
		RETURNING id, cents`, buyer).Scan(&paid.ID, &paid.Cents)
	if errors.Is(err, pgx.ErrNoRows) {
		return order{}, errEmptyCart
	}
	return paid, err
}
