package main

import (
	"errors"
	"log/slog"
	"testing"
)

func TestAPasswordMayHaveAnyCharacter(t *testing.T) {
	env := map[string]string{"POSTGRES_USER": "shop", "POSTGRES_PASSWORD": "p@ss:/?#w", "POSTGRES_DB": "shop"}
	want := "postgres://shop:p%40ss%3A%2F%3F%23w@db:5432/shop"
	if got := connString(func(name string) string { return env[name] }); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTheDatabaseKeepsCartsAndOrders(t *testing.T) {
	db, err := openDatabase(t.Context(), postgres(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	for range 2 {
		if err := db.add(t.Context(), t.Name(), item{"paper plane", 300}); err != nil {
			t.Fatal(err)
		}
	}
	cart, err := db.cart(t.Context(), t.Name())
	if err != nil || len(cart) != 1 || cart[0] != (line{"paper plane", 2}) {
		t.Errorf("cart: %v, %v", cart, err)
	}
	if paid, err := db.pay(t.Context(), t.Name()); err != nil || paid.Cents != 600 {
		t.Errorf("pay: %v, %v", paid, err)
	}
	if paid, err := db.pay(t.Context(), t.Name()); !errors.Is(err, errEmptyCart) {
		t.Errorf("pay again: %v, %v", paid, err)
	}
}
