package daebus

import (
	"strconv"
	"strings"
	"testing"
)

// slowFind is find as one would write it first.
func slowFind(c *Client, id string) (p *pending, seq uint64) {
	part := strings.SplitN(id, ".", 3)
	if len(part) != 3 || part[0]+"." != string(c.prefix) {
		return nil, 0
	}
	slot, err := strconv.ParseUint(part[1], 36, 64)
	if err != nil || slot >= uint64(len(c.calls.all())) {
		return nil, 0
	}
	if seq, err = strconv.ParseUint(part[2], 36, 64); err != nil {
		return nil, 0
	}
	return c.calls.all()[slot], seq
}

func FuzzFind(f *testing.F) {
	c := NewClient("fuzz")
	c.prefix = []byte("5d44c3df-3b23-4e0f-8bfc-3f9e607d4b14.")
	for range 40 {
		p := c.begin("svc", nil)
		p.expect(nil, nil, nil)
		id := string(p.appendID(nil))
		if got, seq := c.find([]byte(id)); got != p || seq != p.seq {
			f.Errorf("%s is not found", id)
		}
		f.Add(id)
	}
	for _, numbers := range []string{"", ".", "..", "1", "1.", ".1", "-1.1", "1.1.1", "zzzzzzzzzzzzzz.1", "1.zzzzzzzzzzzzzz", "1.\xff"} {
		f.Add(string(c.prefix) + numbers)
	}
	f.Fuzz(func(t *testing.T, id string) {
		p, seq := c.find([]byte(id))
		want, wantSeq := slowFind(c, id)
		if p != want || p != nil && seq != wantSeq {
			t.Errorf("%q: got %p %d, want %p %d", id, p, seq, want, wantSeq)
		}
	})
}
