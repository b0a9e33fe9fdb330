package main

import (
	"context"
	"errors"
)

// store keeps carts and orders.
type store interface {
	// ready returns nil if the store can be used now.
	ready(ctx context.Context) error
	// add puts one of an item into buyer's cart, at the price that it has now.
	add(ctx context.Context, buyer string, i item) error
	// cart is what buyer has not paid yet.
	cart(ctx context.Context, buyer string) ([]line, error)
	// pay turns buyer's cart into an order, all of it or nothing: done twice, it
	// charges once. errEmptyCart if there is nothing to pay.
	pay(ctx context.Context, buyer string) (order, error)
}

// errEmptyCart says that there is nothing to pay.
var errEmptyCart = errors.New("the cart is empty")

// item is something that the shop sells.
type item struct {
	Name  string
	Cents int
}

// line is one kind of item in a cart.
type line struct {
	Item  string
	Count int
}

// order is a paid cart.
type order struct {
	ID    int64
	Cents int
}
