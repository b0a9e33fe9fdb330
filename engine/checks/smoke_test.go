package checks_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"goaround/checklist"
	"goaround/engine/checks"
)

func smoke(steps ...checklist.Request) checklist.Item {
	return checklist.Item{Kind: checklist.Smoke, Timeout: patience, Steps: steps}
}

func parsed(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

const (
	csrf    = `a+b/c=="&x y`
	session = "0123456789abcdef"
	order   = "7/é ?#%"
)

// shop is a small site: a login form with a token against forged requests, a session
// in a cookie, and an order whose number has to be escaped.
func shop(w http.ResponseWriter, q *http.Request) {
	cookie, err := q.Cookie("sid")
	in := err == nil && cookie.Value == session
	switch {
	case q.Method == "GET" && q.URL.Path == "/login":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<input name="csrf" value="%s">`, html.EscapeString(csrf))
	case q.Method == "POST" && q.URL.Path == "/login" && q.FormValue("csrf") == csrf && q.FormValue("user") == "smoke":
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: session, Path: "/"})
		w.Header().Set("Location", "/orders/"+url.PathEscape(csrf))
		w.WriteHeader(http.StatusFound)
	case in && q.Method == "POST" && q.URL.Path == "/orders" && q.Header.Get("X-CSRF") == csrf:
		fmt.Fprintf(w, `{"order": "%s"}`, order)
	case in && q.URL.Path == "/orders/"+order && q.URL.Query().Get("again") == order:
		fmt.Fprint(w, "on its way")
	default:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, "%s %s\n%s\n%s", csrf, url.QueryEscape(csrf), q.Header.Get("Cookie"), order)
	}
}

var login = []checklist.Request{
	{Method: "GET", URL: "/login", Status: 200, Capture: map[string]string{"csrf": `name="csrf" value="([^"]+)"`}},
	{Method: "POST", URL: "/login", Status: 302, Form: map[string]string{"user": "smoke", "csrf": "{{csrf}}"}},
	{
		Method: "POST", URL: "/orders", Header: map[string]string{"X-CSRF": "{{csrf}}"}, Body: `{"n": 1}`,
		Capture: map[string]string{"order": `"order": "([^"]+)"`},
	},
}

func TestASmokeTestKeepsCookiesAndCapturedValues(t *testing.T) {
	server := serve(t, shop)
	steps := append(login[:3:3], checklist.Request{Method: "GET", URL: "/orders/{{order}}?again={{ order }}", Expect: "on its way"})
	got := checks.Runner{}.Smoke(t.Context(), smoke(steps...), parsed(t, server.URL), checks.Outside())
	check(t, got, true, "4 requests as expected in T", strings.Join([]string{
		"GET /login 200 in T",
		"POST /login 302 to /orders/<captured csrf> in T",
		"POST /orders 200 in T",
		"GET /orders/{{order}} 200 in T",
		"",
	}, "\n"))
}

func TestASmokeTestEndsAtTheFirstStepThatFails(t *testing.T) {
	server := serve(t, shop)
	steps := append(login[:3:3],
		checklist.Request{Method: "DELETE", URL: "/orders/{{order}}", Status: 200},
		checklist.Request{Method: "GET", URL: "/never"},
	)
	got := checks.Runner{}.Smoke(t.Context(), smoke(steps...), parsed(t, server.URL), checks.Outside())
	check(t, got, false, "step 4 of 5: DELETE /orders/{{order}} 403 in T, expected 200", strings.Join([]string{
		"GET /login 200 in T",
		"POST /login 302 to /orders/<captured csrf> in T",
		"POST /orders 200 in T",
		"DELETE /orders/{{order}} 403 in T, expected 200",
		"<captured csrf> <captured csrf>",
		"sid=<cookie sid>",
		"<captured order>",
		"",
	}, "\n"))
}

func TestAShortValueIsHiddenOnlyInWhatTheServerWrote(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/" {
			fmt.Fprint(w, "id=2")
			return
		}
		w.Header().Set("Location", "/items/2")
		w.WriteHeader(http.StatusFound)
		fmt.Fprint(w, "item 2")
	})
	steps := smoke(
		checklist.Request{Method: "GET", URL: "/", Capture: map[string]string{"id": "id=(.*)"}},
		checklist.Request{Method: "GET", URL: "/{{id}}", Status: 200},
	)
	got := checks.Runner{}.Smoke(t.Context(), steps, parsed(t, server.URL), checks.Outside())
	check(t, got, false, "step 2 of 2: GET /{{id}} 302 to /items/<captured id> in T, expected 200",
		"GET / 200 in T\nGET /{{id}} 302 to /items/<captured id> in T, expected 200\nitem <captured id>\n")
}

func TestTwoRunsShareNothing(t *testing.T) {
	server := serve(t, shop)
	client := checks.Outside()
	for range 2 {
		got := checks.Runner{}.Smoke(t.Context(), smoke(login...), parsed(t, server.URL), client)
		if !got.OK {
			t.Fatalf("%s", got.Evidence)
		}
	}
	got := checks.Runner{}.Smoke(t.Context(), smoke(checklist.Request{Method: "GET", URL: "/orders/x", Status: 403}), parsed(t, server.URL), client)
	check(t, got, true, "1 request as expected in T", "GET /orders/x 403 in T\n")
}

func TestACaptureThatFindsNothingFailsTheStep(t *testing.T) {
	server := serve(t, answering(200, "id=\nbig="+strings.Repeat("x", 10_000)))
	for pattern, why := range map[string]string{
		"token=(.+)": "the pattern is not in the body",
		"id=(.*)":    "the value is empty",
		"big=(.*)":   "the value has 10000 bytes",
	} {
		steps := smoke(checklist.Request{Method: "GET", URL: "/", Capture: map[string]string{"it": pattern}})
		got := checks.Runner{}.Smoke(t.Context(), steps, parsed(t, server.URL), checks.Outside())
		got.More = nil
		check(t, got, false, "step 1 of 1: GET / 200 in T, `it` could not be captured: "+why, "")
	}
}

func TestAHostileValueStaysOnePartOfTheAddress(t *testing.T) {
	for value, path := range map[string]string{
		"../../admin":            "/items/..%2F..%2Fadmin/edit?q=..%2F..%2Fadmin",
		"//evil.example/?a=b&c#": "/items/%2F%2Fevil.example%2F%3Fa=b&c%23/edit?q=%2F%2Fevil.example%2F%3Fa%3Db%26c%23",
		"{{other}}":              "/items/%7B%7Bother%7D%7D/edit?q=%7B%7Bother%7D%7D",
	} {
		server := serve(t, func(w http.ResponseWriter, q *http.Request) {
			fmt.Fprintf(w, "value=%s\n", value)
			if q.URL.Path != "/" {
				fmt.Fprint(w, "asked for "+q.RequestURI)
			}
		})
		steps := smoke(
			checklist.Request{Method: "GET", URL: "/", Capture: map[string]string{"v": "value=(.*)"}},
			checklist.Request{Method: "GET", URL: "/items/{{v}}/edit?q={{v}}", Expect: "asked for " + path},
		)
		if got := (checks.Runner{}).Smoke(t.Context(), steps, parsed(t, server.URL), checks.Outside()); !got.OK {
			t.Errorf("%s: %s", value, got.Evidence)
		}
	}
}

func TestAHostileValueBreaksNoHeader(t *testing.T) {
	server := serve(t, answering(200, "value=\"a\r\nX-Evil: yes\""))
	steps := smoke(
		checklist.Request{Method: "GET", URL: "/", Capture: map[string]string{"v": `(?s)value="(.*)"`}},
		checklist.Request{Method: "GET", URL: "/", Header: map[string]string{"X-Token": "{{v}}"}},
	)
	got := checks.Runner{}.Smoke(t.Context(), steps, parsed(t, server.URL), checks.Outside())
	check(t, got, false, `step 2 of 2: GET /: net/http: invalid header field value for "X-Token"`,
		"GET / 200 in T\nGET /: net/http: invalid header field value for \"X-Token\"\n")
}
