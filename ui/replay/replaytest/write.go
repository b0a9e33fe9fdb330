// Package replaytest writes recordings for tests. No part of the program imports it.
package replaytest

import (
	"bytes"
	"encoding/json"
	"testing"

	"goaround/engine/release"
	"goaround/recordings"
)

// ID is the name of the recording that Write makes.
const ID = "2026-06-09T140000Z-shop-production-3f9a"

// Write records events as an engine would, in a store of the test's own. With an end
// among them, the recording has one.
func Write(tb testing.TB, events ...release.Event) *recordings.Store {
	tb.Helper()
	store := recordings.Open(tb.TempDir())
	WriteTo(tb, store, events...)
	return store
}

// WriteTo is Write in a store of the caller's.
func WriteTo(tb testing.TB, store *recordings.Store, events ...release.Event) {
	tb.Helper()
	w, err := store.Create(ID)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range events {
		if _, err := w.Append(record(tb, e)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
}

func record(tb testing.TB, e release.Event) recordings.Record {
	tb.Helper()
	var payload bytes.Buffer
	enc := json.NewEncoder(&payload)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e.Body); err != nil {
		tb.Fatal(err)
	}
	return recordings.Record{At: e.At, Mono: e.Mono, Kind: e.Body.Kind(), By: e.By.Name, Role: string(e.By.Role), Payload: payload.Bytes()}
}
