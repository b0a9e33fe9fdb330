package demo

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// routes are the shop's pages.
func (a *app) routes() *http.ServeMux {
	const ms = time.Millisecond
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Health, a.health)
	mux.HandleFunc("GET /{$}", a.page(35*ms, false, a.home))
	mux.HandleFunc("GET /cart", a.page(45*ms, true, a.cart))
	mux.HandleFunc("POST /pay", a.page(60*ms, true, a.pay))
	mux.HandleFunc("GET /login", a.page(30*ms, false, a.form))
	mux.HandleFunc("POST /login", a.page(50*ms, false, a.login))
	return mux
}

func (a *app) home(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "<!doctype html><title>Shop</title><h1>Shop %s</h1><a href=/cart>Cart</a>\n", a.version)
}

func (a *app) cart(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "<!doctype html><title>Cart</title><h1>Cart</h1><form method=post action=/pay><button>Pay</button></form>")
}

func (a *app) pay(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, `{"order":"%08x","paid":true}`+"\n", a.dice.number())
}

func (a *app) form(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, `<!doctype html><title>Log in</title><form method="post" action="/login">
<input name="user"><input type="hidden" name="csrf" value="%s"><button>Log in</button></form>
`, a.token(fmt.Sprintf("%08x", a.dice.number())))
}

func (a *app) login(w http.ResponseWriter, r *http.Request) {
	nonce, _, _ := strings.Cut(r.PostFormValue("csrf"), ".")
	switch {
	case !hmac.Equal([]byte(a.token(nonce)), []byte(r.PostFormValue("csrf"))):
		http.Error(w, "the form is not ours", http.StatusForbidden)
	case r.PostFormValue("user") == "":
		http.Error(w, "who are you?", http.StatusUnprocessableEntity)
	default:
		http.Redirect(w, r, "/", http.StatusFound)
	}
}

// token is "nonce.mac": any instance knows its own and another's.
func (a *app) token(nonce string) string {
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(nonce))
	return nonce + "." + hex.EncodeToString(mac.Sum(nil)[:16])
}
