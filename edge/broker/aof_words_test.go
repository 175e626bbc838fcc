package broker

import (
	"bytes"
	"testing"
)

func FuzzRecord(f *testing.F) {
	var r record
	r.begin(spot{3, []byte("k")}, "SET").word(nil)
	f.Add(bytes.Clone(r.buf))
	r.begin(spot{15, bytes.Repeat([]byte("x"), 300)}, "XGROUP DESTROY").text("g")
	f.Add(r.buf)
	f.Add([]byte("\x00\x10\x02k"))
	f.Add([]byte("\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, buf []byte) {
		var again record
		for rest := buf; len(rest) > 0; {
			db, words, left, err := cutCommand(rest, nil)
			if err != nil {
				return
			}
			if db < 0 || db >= databases || len(words) == 0 || len(left) >= len(rest) {
				t.Fatalf("%d %q, and %d bytes left of %d", db, words, len(left), len(rest))
			}
			rest = left
			again.open(db).word(words...)
		}
		if len(again.buf) > len(buf) {
			t.Errorf("%q takes %d bytes, and %d in its shortest form", buf, len(buf), len(again.buf))
		}
		for rest := again.buf; len(rest) > 0; {
			_, _, left, err := cutCommand(rest, nil)
			if err != nil {
				t.Fatal(err)
			}
			rest = left
		}
	})
}
