package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// The cookies. A visitor is a browser; a buyer is who signed in with it.
const (
	visitorCookie = "visitor"
	buyerCookie   = "buyer"
)

// signer signs what a browser carries for us. All versions of the shop share its key,
// so a session that began at one goes on at the other.
type signer struct{ key []byte }

// mac is what only the shop can make of value. Different purposes never share one.
func (s signer) mac(purpose, value string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(purpose + "\x00" + value))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func (s signer) valid(purpose, value, mac string) bool {
	return hmac.Equal([]byte(s.mac(purpose, value)), []byte(mac))
}

// seal makes a cookie's value of text, open undoes it. ok is false if it is not ours.
func (s signer) seal(purpose, text string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(text)) + "." + s.mac(purpose, text)
}

func (s signer) open(purpose, sealed string) (text string, ok bool) {
	encoded, mac, _ := strings.Cut(sealed, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", false
	}
	return string(decoded), s.valid(purpose, string(decoded), mac)
}

// csrf is the token that forms of r's browser carry. A browser without an identity gets one.
func (s *shop) csrf(w http.ResponseWriter, r *http.Request) string {
	visitor := cookie(r, visitorCookie)
	if visitor == "" {
		visitor = rand.Text()
		setCookie(w, visitorCookie, visitor)
	}
	return s.sign.mac("csrf", visitor)
}

// checked refuses forms that did not come from a page of ours.
func (s *shop) checked(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		visitor := cookie(r, visitorCookie)
		if visitor == "" || !s.sign.valid("csrf", visitor, r.PostFormValue("csrf")) {
			http.Error(w, "This form has expired. Load the page again.", http.StatusForbidden)
			return
		}
		next(w, r)
	}
}

// customer sends those who have not signed in to do so.
func (s *shop) customer(next func(w http.ResponseWriter, r *http.Request, buyer string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		buyer, ok := s.sign.open("buyer", cookie(r, buyerCookie))
		if !ok {
			http.Redirect(w, r, "/login", http.StatusFound)
			return
		}
		next(w, r, buyer)
	}
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
