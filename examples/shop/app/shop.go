package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// shop answers requests. It keeps nothing between two of them: sessions are in signed
// cookies, carts and orders in the store, so that two versions can serve one customer.
type shop struct {
	version string
	orders  store
	sign    signer
	log     *slog.Logger
}

func newShop(version string, orders store, key string, log *slog.Logger) *shop {
	return &shop{version: version, orders: orders, sign: signer{[]byte(key)}, log: log}
}

// handler routes requests. Every answer names the version that gave it.
func (s *shop) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /slow", s.slow)
	mux.HandleFunc("GET /login", s.loginForm)
	mux.HandleFunc("POST /login", s.checked(s.login))
	mux.HandleFunc("GET /cart", s.customer(s.showCart))
	mux.HandleFunc("POST /cart", s.checked(s.customer(s.addToCart)))
	mux.HandleFunc("POST /pay", s.checked(s.customer(s.pay)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Shop-Version", s.version)
		w.Header().Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

func (s *shop) home(w http.ResponseWriter, r *http.Request) {
	s.render(w, "home", page{Items: catalog})
}

// healthz is 200 if a customer could buy something now.
func (s *shop) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := s.orders.ready(ctx); err != nil {
		s.log.Warn("not healthy", "err", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ok\n"))
}

// slow answers after ms milliseconds: a long report, an upload.
func (s *shop) slow(w http.ResponseWriter, r *http.Request) {
	wait, err := time.ParseDuration(r.FormValue("ms") + "ms")
	if err != nil || wait < 0 || wait > patience {
		http.Error(w, "ms is a number from 0 to 30000", http.StatusBadRequest)
		return
	}
	select {
	case <-time.After(wait):
		w.Write([]byte("waited " + wait.String() + "\n"))
	case <-r.Context().Done():
	}
}

// broken answers for a fault of ours.
func (s *shop) broken(w http.ResponseWriter, doing string, err error) {
	s.log.Error(doing, "err", err)
	http.Error(w, "The shop could not do that. Please try again.", http.StatusInternalServerError)
}
