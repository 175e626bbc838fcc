package collection

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// checkNames compares names with a plain map.
func checkNames(t *testing.T, n *names, want map[string]bool) {
	t.Helper()
	if n.len() != len(want) {
		t.Fatalf("%d names, want %d", n.len(), len(want))
	}
	text := 0
	for id, name := range n.list {
		text += len(name)
		if !want[name] || n.find(name) != id {
			t.Fatalf("%q has the id %d and is found at %d", name, id, n.find(name))
		}
	}
	taken := 0
	for _, s := range n.slots {
		if s.id != 0 {
			taken++
		}
	}
	if n.text != text || n.slots != nil && taken != n.len() {
		t.Fatalf("%d bytes and %d places for %d names of %d bytes", n.text, taken, n.len(), text)
	}
}

func TestNames(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var n names
	want := make(map[string]bool)
	for i := range 40000 {
		name := fmt.Sprint(rnd.IntN(800))
		growing := i/8000%2 == 0
		switch id := n.find(name); {
		case id < 0 && (growing || rnd.IntN(4) == 0):
			n.add(name)
			want[name] = true
		case id >= 0 && (!growing || rnd.IntN(4) == 0):
			if rnd.IntN(8) == 0 {
				n.cut(id)
			} else {
				n.remove(id)
			}
			delete(want, name)
		}
		if i%50 == 0 {
			checkNames(t, &n, want)
		}
	}
	for n.len() > 0 {
		delete(want, n.list[0])
		n.remove(0)
	}
	checkNames(t, &n, want)
	if n.slots != nil || n.bytes() != 0 {
		t.Errorf("%d places and %d bytes are left of nothing", len(n.slots), n.bytes())
	}
}

func TestCutKeepsOrder(t *testing.T) {
	var n names
	var want []string
	for i := range 40 {
		n.add(fmt.Sprint(i))
		want = append(want, fmt.Sprint(i))
	}
	for _, id := range []int{3, 0, 37, 20, 19, 10} {
		n.cut(id)
		want = slices.Delete(want, id, id+1)
	}
	if !slices.Equal(n.list, want) {
		t.Errorf("got %v, want %v", n.list, want)
	}
	checkNames(t, &n, func() map[string]bool {
		m := make(map[string]bool)
		for _, name := range want {
			m[name] = true
		}
		return m
	}())
}

func FuzzNames(f *testing.F) {
	f.Add([]byte("abcabcdefghijklmnopqrstuvwxyz"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var n names
		want := make(map[string]bool)
		for i, b := range in {
			name := string(b)
			switch id := n.find(name); {
			case id < 0:
				n.add(name)
				want[name] = true
			case i%3 == 0:
				n.cut(id)
				delete(want, name)
			default:
				n.remove(id)
				delete(want, name)
			}
		}
		checkNames(t, &n, want)
	})
}
