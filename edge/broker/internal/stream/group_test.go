package stream_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

func pendingIDs(l *stream.Pendings, from stream.ID) (ids []stream.ID) {
	for w := l.From(from); w.Next(); {
		ids = append(ids, w.ID)
	}
	return ids
}

// The lists of a group against a map of who has what.
func TestPendings(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var s stream.Stream
	g := s.CreateGroup("g", stream.ID{}, 0)
	owners := make(map[stream.ID]string)
	last := uint64(0)
	for step := range 30000 {
		name := string('a' + rune(rnd.IntN(3)))
		c := g.Consumer([]byte(name))
		if c == nil {
			c = g.CreateConsumer(name, 0)
		}
		id := stream.ID{MS: rnd.Uint64N(last + 1)}
		switch op := rnd.IntN(10); {
		case op < 5:
			last++
			id.MS = last
			fallthrough
		case op < 6:
			g.Deliver(id, c, int64(step))
			owners[id] = name
		case op < 7:
			if p := g.Pending.Find(id); p != nil {
				g.Assign(p, c)
				owners[id] = name
			}
		case step%3000 == 0:
			g.DeleteConsumer(c)
			for id, owner := range owners {
				if owner == name {
					delete(owners, id)
				}
			}
		default:
			_, has := owners[id]
			if g.Ack(id) != has {
				t.Fatalf("acknowledging %v did not report %t", id, has)
			}
			delete(owners, id)
		}
		if step%500 == 0 {
			checkOwners(t, g, owners, stream.ID{MS: rnd.Uint64N(last + 1)})
		}
	}
}

func checkOwners(t *testing.T, g *stream.Group, owners map[stream.ID]string, from stream.ID) {
	t.Helper()
	all := make(map[string][]stream.ID)
	for id, owner := range owners {
		all[""] = append(all[""], id)
		all[owner] = append(all[owner], id)
	}
	lists := map[string]*stream.Pendings{"": &g.Pending}
	for _, c := range g.Consumers() {
		lists[c.Name] = &c.Pending
	}
	for name, list := range lists {
		want := all[name]
		slices.SortFunc(want, stream.ID.Compare)
		if got := pendingIDs(list, stream.ID{}); !slices.Equal(got, want) || list.Len() != len(want) {
			t.Fatalf("%q has %d in a list of %d, want %d", name, len(got), list.Len(), len(want))
		}
		i, _ := slices.BinarySearchFunc(want, from, stream.ID.Compare)
		if got := pendingIDs(list, from); !slices.Equal(got, want[i:]) {
			t.Fatalf("%q from %v: got %d, want %d", name, from, len(got), len(want)-i)
		}
		if len(want) > 0 && list.Last().ID != want[len(want)-1] {
			t.Fatalf("%q is up to %v, want %v", name, list.Last().ID, want[len(want)-1])
		}
	}
}

func TestNames(t *testing.T) {
	var s stream.Stream
	for _, name := range []string{"b", "a", "c"} {
		g := s.CreateGroup(name, stream.ID{}, stream.Unknown)
		g.CreateConsumer("z", 0)
		g.CreateConsumer("y", 0)
		if s.CreateGroup(name, stream.ID{}, 0) != nil || g.CreateConsumer("z", 0) != nil {
			t.Error("a name was given twice")
		}
	}
	s.DestroyGroup(s.Group([]byte("b")))
	var names []string
	for _, g := range s.Clone().Groups() {
		names = append(names, g.Name)
		for _, c := range g.Consumers() {
			names = append(names, c.Name)
		}
	}
	if want := []string{"a", "y", "z", "c", "y", "z"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

// The lag is known until an entry ahead of the group is deleted.
func TestLag(t *testing.T) {
	var s stream.Stream
	g := s.CreateGroup("g", stream.ID{}, stream.Unknown)
	for i := range 10 {
		s.Append(stream.ID{MS: uint64(i + 1)}, [][]byte{{'a'}, {'b'}})
	}
	for i := range 3 {
		g.Advance(stream.ID{MS: uint64(i + 1)})
	}
	if lag, ok := g.Lag(); !ok || lag != 7 {
		t.Errorf("lag %d, %t; want 7", lag, ok)
	}
	s.Delete(stream.ID{MS: 6})
	if lag, ok := g.Lag(); ok {
		t.Errorf("lag %d in spite of the hole", lag)
	}
	for i := range 7 {
		g.Advance(stream.ID{MS: uint64(i + 4)})
	}
	if lag, ok := g.Lag(); !ok || lag != 0 {
		t.Errorf("lag %d, %t; want 0", lag, ok)
	}
}
