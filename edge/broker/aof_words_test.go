package broker

import (
	"bytes"
	"testing"
)

func FuzzRecord(f *testing.F) {
	record := appendChange(nil, 3, [][]byte{[]byte("SET"), []byte("k"), nil})
	f.Add(appendChange(record, 15, [][]byte{[]byte("DEL"), bytes.Repeat([]byte("x"), 300)}))
	f.Add([]byte("\x10\x01\x00"))
	f.Add([]byte("\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, record []byte) {
		changes, err := parseChanges(record)
		if err != nil {
			return
		}
		var again []byte
		for _, ch := range changes {
			if ch.db < 0 || ch.db >= databases || len(ch.words) == 0 {
				t.Fatalf("got %v", ch)
			}
			again = appendChange(again, ch.db, ch.words)
		}
		if reread, err := parseChanges(again); err != nil || len(reread) != len(changes) || len(again) > len(record) {
			t.Errorf("got %v, %v", reread, err)
		}
	})
}
