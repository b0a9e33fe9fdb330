// Server is what tests run behind a proxy: HTTP on port 8080, and an echo on port 7.
// Each answer names the VERSION of the environment. /slow?ms=N takes its time,
// /status?code=N answers so, /abort breaks the connection off before the answer and
// /cut in the middle of it.
package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	go echo()
	mux := http.NewServeMux()
	mux.HandleFunc("/", version)
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Duration(number(r, "ms")) * time.Millisecond)
		version(w, r)
	})
	mux.HandleFunc("/status", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(number(r, "code"))
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		version(w, r)
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/abort", func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	})
	if err := http.ListenAndServe(":8080", mux); err != nil {
		os.Exit(1)
	}
}

func version(w http.ResponseWriter, _ *http.Request) {
	io.WriteString(w, os.Getenv("VERSION"))
}

func number(r *http.Request, name string) int {
	n, _ := strconv.Atoi(r.FormValue(name))
	return n
}

func echo() {
	listener, err := net.Listen("tcp", ":7")
	if err != nil {
		return
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}
