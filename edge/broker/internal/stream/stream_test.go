package stream_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// model is a stream as plainly as can be.
type model struct {
	ids     []stream.ID
	fields  map[stream.ID]string
	added   int64
	deleted stream.ID
}

func (m *model) drop(keep func(i int, id stream.ID) bool) (dropped int) {
	var ids []stream.ID
	for i, id := range m.ids {
		if keep(i, id) {
			ids = append(ids, id)
		}
	}
	dropped = len(m.ids) - len(ids)
	m.ids = ids
	return dropped
}

func text(e stream.Entry) string {
	var parts []string
	for e.Len() > 0 {
		name, value := e.Field()
		parts = append(parts, string(name), string(value))
	}
	return strings.Join(parts, " ")
}

func (m *model) check(t *testing.T, s *stream.Stream, from, to stream.ID) {
	t.Helper()
	if s.Len() != len(m.ids) || s.Added != m.added || s.Deleted != m.deleted {
		t.Fatalf("len %d, added %d, deleted %v; want %d, %d, %v", s.Len(), s.Added, s.Deleted, len(m.ids), m.added, m.deleted)
	}
	var want, got, back []stream.ID
	for _, id := range m.ids {
		if !id.Less(from) && !to.Less(id) {
			want = append(want, id)
		}
	}
	for c := s.Range(from, to); c.Next(); {
		got = append(got, c.ID)
		if text(c.Entry) != m.fields[c.ID] {
			t.Fatalf("%v holds %q, want %q", c.ID, text(c.Entry), m.fields[c.ID])
		}
	}
	for c := s.Backward(to, from); c.Next(); {
		back = append(back, c.ID)
	}
	slices.Reverse(back)
	if !slices.Equal(got, want) || !slices.Equal(back, want) {
		t.Fatalf("from %v to %v: got %v, backward %v, want %v", from, to, got, back, want)
	}
	first, top := stream.ID{}, stream.ID{}
	if n := len(m.ids); n > 0 {
		first, top = m.ids[0], m.ids[n-1]
	}
	if s.First() != first || s.Top() != top {
		t.Fatalf("first %v, top %v; want %v, %v", s.First(), s.Top(), first, top)
	}
}

// driver feeds a stream and its model with what random bytes say.
type driver struct {
	t  *testing.T
	s  *stream.Stream
	m  model
	in []byte
	at uint64
}

func (d *driver) next(n int) int {
	if len(d.in) == 0 {
		return 0
	}
	b := d.in[0]
	d.in = d.in[1:]
	return int(b) % n
}

func (d *driver) fields() [][]byte {
	var fields [][]byte
	shape := d.next(8)
	for i := range 1 + shape%3 {
		name := fmt.Sprintf("field%d-%d", i, shape/4)
		value := strings.Repeat("x", d.next(20)*d.next(30))
		fields = append(fields, []byte(name), []byte(value))
	}
	return fields
}

// someID is one that is there, or near one.
func (d *driver) someID() stream.ID {
	if len(d.m.ids) == 0 || d.next(8) == 0 {
		return stream.ID{MS: uint64(d.next(100)), Seq: uint64(d.next(5))}
	}
	return d.m.ids[(d.next(256)<<8|d.next(256))%len(d.m.ids)]
}

func (d *driver) step() {
	s, m := d.s, &d.m
	switch op := d.next(16); op {
	case 0, 1:
		id := d.someID()
		i, found := slices.BinarySearchFunc(m.ids, id, stream.ID.Compare)
		if _, ok := s.Get(id); ok != found || s.Delete(id) != found {
			d.t.Fatalf("%v: deleting it did not report %t", id, found)
		}
		if found {
			m.ids = slices.Delete(m.ids, i, i+1)
			if m.deleted.Less(id) {
				m.deleted = id
			}
		}
	case 2:
		most := d.next(200)
		surplus := len(m.ids) - most
		want := m.drop(func(i int, _ stream.ID) bool { return i >= surplus })
		if n := s.Trim(stream.Trim{MaxLen: int64(most)}); n != want {
			d.t.Fatalf("trimmed %d, want %d", n, want)
		}
	case 3:
		from := d.someID()
		want := m.drop(func(_ int, id stream.ID) bool { return !id.Less(from) })
		if n := s.Trim(stream.Trim{ByID: true, MinID: from}); n != want {
			d.t.Fatalf("trimmed %d, want %d", n, want)
		}
	case 4:
		most, limit := d.next(200), d.next(150)
		n := s.Trim(stream.Trim{MaxLen: int64(most), Approx: true, Limit: int64(limit)})
		if n > max(len(m.ids)-most, 0) || limit > 0 && n > limit {
			d.t.Fatalf("trimmed %d of %d to %d, limit %d", n, len(m.ids), most, limit)
		}
		m.ids = m.ids[n:]
	case 5:
		s = s.Clone()
		if s.Delete(s.Last); s.Len() < d.s.Len() && d.s.Deleted == s.Last {
			d.t.Fatal("a clone is not on its own")
		}
		d.s = d.s.Clone()
	default:
		for range 1 + d.next(40) {
			d.at += uint64(d.next(3))
			id := stream.ID{MS: d.at, Seq: s.Last.Seq + 1}
			fields := d.fields()
			s.Append(id, fields)
			m.ids = append(m.ids, id)
			m.added++
			var parts []string
			for _, f := range fields {
				parts = append(parts, string(f))
			}
			m.fields[id] = strings.Join(parts, " ")
		}
	}
}

func FuzzStream(f *testing.F) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		in := make([]byte, 2000)
		for i := range in {
			in[i] = byte(rnd.Uint32())
		}
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		d := &driver{t: t, s: new(stream.Stream), m: model{fields: make(map[stream.ID]string)}, in: in}
		for len(d.in) > 0 {
			d.step()
			d.m.check(t, d.s, d.someID(), d.someID())
			d.m.check(t, d.s, stream.ID{}, stream.Max)
		}
	})
}

// What goes gives its memory back.
func TestBytes(t *testing.T) {
	var s stream.Stream
	idle := s.Bytes()
	fields := [][]byte{[]byte("a"), make([]byte, 100)}
	for i := range 10000 {
		s.Append(stream.ID{MS: uint64(i + 1)}, fields)
	}
	g := s.CreateGroup("g", stream.ID{}, 0)
	c := g.CreateConsumer("c", 0)
	for each := s.Range(stream.ID{}, stream.Max); each.Next(); {
		g.Deliver(each.ID, c, 0)
	}
	if per := (s.Bytes() - idle) / 10000; per < 100+72 || per > 110+72+10 {
		t.Errorf("an entry of 100 bytes that is pending takes %d", per)
	}
	g.DeleteConsumer(c)
	s.DestroyGroup(g)
	s.Trim(stream.Trim{})
	if s.Bytes() != idle {
		t.Errorf("an emptied stream takes %d bytes, a new one %d", s.Bytes(), idle)
	}
}

// A block takes a hundred small entries, or 4 KiB.
func TestBlocks(t *testing.T) {
	for size, want := range map[int]int{1: 10, 200: 53, 5000: 1000} {
		var s stream.Stream
		for i := range 1000 {
			s.Append(stream.ID{MS: uint64(i + 1)}, [][]byte{[]byte("name"), []byte(strings.Repeat("x", size))})
		}
		if s.Blocks() != want {
			t.Errorf("values of %d bytes: %d blocks, want %d", size, s.Blocks(), want)
		}
	}
}

func TestIDs(t *testing.T) {
	for _, id := range []stream.ID{{}, {0, 5}, {7, 0}, {7, 9}, {1 << 40, 1<<64 - 1}} {
		next, _ := id.Next()
		if prev, ok := next.Prev(); !ok || prev != id || !id.Less(next) {
			t.Errorf("%v, next %v, back %v", id, next, prev)
		}
	}
	if _, ok := stream.Max.Next(); ok {
		t.Error("there is none after the greatest")
	}
	if _, ok := (stream.ID{}).Prev(); ok {
		t.Error("there is none before the least")
	}
}
