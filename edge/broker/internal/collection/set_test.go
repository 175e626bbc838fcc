package collection_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker/internal/collection"
)

func members(s *collection.Set) (list []string) {
	for i := range s.Len() {
		list = append(list, s.At(i))
	}
	return list
}

func TestIntsAreInOrder(t *testing.T) {
	var s collection.Set
	for _, m := range []string{"10", "-5", "0", "9223372036854775807", "-9223372036854775808", "7"} {
		s.Add(m)
	}
	want := "-9223372036854775808 -5 0 7 10 9223372036854775807"
	if got := strings.Join(members(&s), " "); got != want || !s.Packed() {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNoInteger(t *testing.T) {
	for _, m := range []string{"", "-", "-0", "00", "01", "-01", "+1", " 1", "1 ", "1.0", "1e3", "x", "0x1", "1_0", "--1", "-+1",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999"} {
		var s collection.Set
		s.Add("1")
		if s.Has(m) || s.Remove(m) {
			t.Errorf("%q is there", m)
		}
		if s.Add(m); s.Packed() || !s.Has(m) || !s.Has("1") {
			t.Errorf("%q was taken for an integer", m)
		}
	}
}

func TestIntsUpTo512(t *testing.T) {
	var s collection.Set
	for i := range 512 {
		s.Add(fmt.Sprint(i))
	}
	if !s.Packed() {
		t.Error("512 integers are few")
	}
	if s.Add("512"); s.Packed() || s.Len() != 513 {
		t.Error("513 integers are many")
	}
}

// The set against a map: integers, few and many, and others.
func TestSet(t *testing.T) {
	for _, format := range []string{"%d", "m%d", "%d%%"} {
		for _, limit := range []int{5, 300, 2000} {
			rnd := rand.New(rand.NewPCG(1, uint64(limit)))
			var s collection.Set
			want := make(map[string]bool)
			for range 8000 {
				m := fmt.Sprintf(format, rnd.IntN(limit)-limit/2)
				if s.Has(m) != want[m] {
					t.Fatalf("it is %v that %s is there", s.Has(m), m)
				}
				switch {
				case rnd.IntN(2) == 0:
					if s.Remove(m) != want[m] {
						t.Fatalf("it is %v that %s was there", !want[m], m)
					}
					delete(want, m)
				case !want[m]:
					s.Add(m)
					want[m] = true
				}
			}
			c := s.Clone()
			for m := range want {
				if s.Remove(m); !slices.Contains(members(&c), m) {
					t.Errorf("%s is not in the copy", m)
				}
			}
			if s.Len() != 0 || s.Bytes() != 0 || c.Len() != len(want) {
				t.Errorf("%d members and %d bytes are left, want none; %d in the copy, want %d", s.Len(), s.Bytes(), c.Len(), len(want))
			}
		}
	}
}
