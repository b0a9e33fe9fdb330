package main

import (
	"embed"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

//go:embed pages.html
var pagesHTML embed.FS

var pages = template.Must(template.ParseFS(pagesHTML, "pages.html"))

var catalog = []item{{"paper plane", 300}, {"toy glider", 1900}}

// page is what a template gets.
type page struct {
	Version string
	CSRF    string
	Buyer   string
	Items   []item
	Cart    []line
	Order   order
}

func (s *shop) render(w http.ResponseWriter, name string, p page) {
	p.Version = s.version
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := pages.ExecuteTemplate(w, name, p); err != nil {
		s.log.Warn("page was cut short", "page", name, "err", err)
	}
}

func (s *shop) loginForm(w http.ResponseWriter, r *http.Request) {
	s.render(w, "login", page{CSRF: s.csrf(w, r)})
}

// login asks for a name and no password: this shop sells paper planes.
func (s *shop) login(w http.ResponseWriter, r *http.Request) {
	buyer := strings.TrimSpace(r.PostFormValue("user"))
	if buyer == "" || len(buyer) > 40 {
		http.Error(w, "A name has 1 to 40 bytes.", http.StatusBadRequest)
		return
	}
	setCookie(w, buyerCookie, s.sign.seal("buyer", buyer))
	http.Redirect(w, r, "/cart", http.StatusFound)
}

func (s *shop) showCart(w http.ResponseWriter, r *http.Request, buyer string) {
	cart, err := s.orders.cart(r.Context(), buyer)
	if err != nil {
		s.broken(w, "read the cart", err)
		return
	}
	s.render(w, "cart", page{CSRF: s.csrf(w, r), Buyer: buyer, Items: catalog, Cart: cart})
}

func (s *shop) addToCart(w http.ResponseWriter, r *http.Request, buyer string) {
	at := slices.IndexFunc(catalog, func(i item) bool { return i.Name == r.PostFormValue("item") })
	if at < 0 {
		http.Error(w, "The shop does not sell that.", http.StatusBadRequest)
		return
	}
	if err := s.orders.add(r.Context(), buyer, catalog[at]); err != nil {
		s.broken(w, "add to the cart", err)
		return
	}
	http.Redirect(w, r, "/cart", http.StatusFound)
}

func (s *shop) pay(w http.ResponseWriter, r *http.Request, buyer string) {
	paid, err := s.orders.pay(r.Context(), buyer)
	switch {
	case errors.Is(err, errEmptyCart):
		http.Error(w, "The cart is empty.", http.StatusConflict)
	case err != nil:
		s.broken(w, "pay", err)
	default:
		s.log.Info("order paid", "order", paid.ID, "cents", paid.Cents)
		s.render(w, "thanks", page{Buyer: buyer, Order: paid})
	}
}
