-- Run by `shop migrate` and at every start, by one process at a time. Changes here only ever add, so that the
-- version before can still use the tables while both run, and after a rollback.
CREATE TABLE IF NOT EXISTS carts (
    buyer text NOT NULL,
    item  text NOT NULL,
    cents int  NOT NULL,
    count int  NOT NULL,
    PRIMARY KEY (buyer, item)
);
CREATE TABLE IF NOT EXISTS orders (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    buyer   text        NOT NULL,
    cents   int         NOT NULL,
    paid_at timestamptz NOT NULL DEFAULT now()
);
