package main

import (
	"net/http"
	"net/url"
	"strings"
)

// buy signs in, fills a cart and pays, over one connection. It gives up at the first
// request that fails; a cart that was left is paid for with the next.
func buy(addr string, t *tally) {
	c := &client{addr: addr}
	defer c.close()
	page, err := c.get("/login")
	if !t.count(page, err) {
		return
	}
	form := url.Values{"user": {"load"}, "item": {"paper plane"}, "csrf": {token(page.body)}}
	if t.count(c.post("/login", form, http.StatusFound)) &&
		t.count(c.post("/cart", form, http.StatusFound)) &&
		t.count(c.post("/pay", form, http.StatusOK)) {
		t.ordered()
	}
}

// token is the hidden field of a page's form.
func token(page string) string {
	_, after, _ := strings.Cut(page, `name="csrf" value="`)
	found, _, _ := strings.Cut(after, `"`)
	return found
}
