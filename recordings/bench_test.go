package recordings_test

import (
	"testing"

	"goaround/recordings"
)

func BenchmarkAppend(b *testing.B) { benchmarkAppend(b, false) }

func BenchmarkAppendAndSync(b *testing.B) { benchmarkAppend(b, true) }

func benchmarkAppend(b *testing.B, sync bool) {
	w, err := recordings.Open(b.TempDir()).Create(id)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	r := event(1, 9)
	b.ReportAllocs()
	for b.Loop() {
		_, err := w.Append(r)
		if err == nil && sync {
			err = w.Sync()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify5000(b *testing.B) {
	s := recordings.Open(b.TempDir())
	record(b, s, 5000)
	b.ReportAllocs()
	for b.Loop() {
		if got := verify(b, s, id); got.Verdict != recordings.Verified || got.Events != 5000 {
			b.Fatalf("%+v", got)
		}
	}
}
