package recordings_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// rewrite makes lines a recording of another version: it puts v and beforeDH in and
// hashes again, by the text of the package comment alone.
func rewrite(lines [][]byte, v, beforeDH string) [][]byte {
	var out [][]byte
	previous := ""
	for i, l := range lines {
		l = bytes.Replace(bytes.TrimSuffix(l, []byte("\n")), []byte(`,"dh":"`), []byte(beforeDH), 1)
		if i == 0 {
			l = bytes.Replace(l, []byte(`{"v":"1.0"`), []byte(`{"v":"`+v+`"`), 1)
		}
		body, rest, _ := bytes.Cut(l, []byte(`","s":`))
		body = append(bytes.Clone(body), '"')
		sum := sha256.Sum256(append([]byte(previous), body...))
		previous = hex.EncodeToString(sum[:])
		payload := rest[:bytes.LastIndex(rest, []byte(`,"h":"`))]
		out = append(out, bytes.Join([][]byte{body, []byte(`,"s":`), payload, []byte(`,"h":"` + previous + "\"}\n")}, nil))
	}
	return out
}
