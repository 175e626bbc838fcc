package collection_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker/internal/collection"
)

func fields(h *collection.Hash) (list []string) {
	for i := range h.Len() {
		field, value := h.At(i)
		list = append(list, field+"="+value)
	}
	return list
}

func TestPackedHashKeepsOrder(t *testing.T) {
	var h collection.Hash
	for i := range 20 {
		if !h.Set(fmt.Append(nil, i), "v") {
			t.Errorf("field %d is not new", i)
		}
	}
	if h.Set([]byte("3"), "w") {
		t.Error("field 3 is new again")
	}
	if !h.Remove("0") || !h.Remove("11") || h.Remove("11") {
		t.Error("a field is deleted once")
	}
	h.Set([]byte("0"), "last")
	want := "1=v 2=v 3=w 4=v 5=v 6=v 7=v 8=v 9=v 10=v 12=v 13=v 14=v 15=v 16=v 17=v 18=v 19=v 0=last"
	if got := strings.Join(fields(&h), " "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestHashIsPackedUpTo(t *testing.T) {
	long := strings.Repeat("x", 65)
	for _, c := range []struct {
		name   string
		fill   func(h *collection.Hash)
		packed bool
	}{
		{"nothing", func(*collection.Hash) {}, true},
		{"a value of 64 bytes", func(h *collection.Hash) { h.Set([]byte("f"), long[1:]) }, true},
		{"a value of 65 bytes", func(h *collection.Hash) { h.Set([]byte("f"), long); h.Remove("f") }, false},
		{"a field of 65 bytes", func(h *collection.Hash) { h.Set([]byte(long), "v") }, false},
		{"512 fields", func(h *collection.Hash) {
			for i := range 512 {
				h.Set(fmt.Append(nil, i), "v")
			}
		}, true},
		{"513 fields", func(h *collection.Hash) {
			for i := range 513 {
				h.Set(fmt.Append(nil, i), "v")
			}
		}, false},
	} {
		var h collection.Hash
		if c.fill(&h); h.Packed() != c.packed {
			t.Errorf("%s: packed is %v", c.name, h.Packed())
		}
	}
}

// The hash against a map, small and large.
func TestHash(t *testing.T) {
	for _, limit := range []int{6, 60, 600} {
		rnd := rand.New(rand.NewPCG(1, uint64(limit)))
		var h collection.Hash
		want := make(map[string]string)
		for i := range 5000 {
			field := fmt.Sprint(rnd.IntN(limit))
			_, there := want[field]
			if rnd.IntN(2) == 0 {
				if got := h.Set([]byte(field), fmt.Sprint(i)); got == there {
					t.Fatalf("Set says that it is %v that %s is new", got, field)
				}
				want[field] = fmt.Sprint(i)
			} else {
				if got := h.Remove(field); got != there {
					t.Fatalf("Remove says that it is %v that %s was there", got, field)
				}
				delete(want, field)
			}
		}
		c := h.Clone()
		for field := range want {
			h.Remove(field)
		}
		if h.Len() != 0 || h.Bytes() != 0 || c.Len() != len(want) {
			t.Errorf("%d fields and %d bytes are left, want none; %d in the copy, want %d", h.Len(), h.Bytes(), c.Len(), len(want))
		}
		for field, value := range want {
			if got, ok := c.Get(field); got != value || !ok || !c.Has(field) || !slices.Contains(fields(&c), field+"="+value) {
				t.Errorf("%s is %q, want %q", field, got, value)
			}
		}
	}
}
