package broker

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Frames of every size, copied and shared: the pieces are what was added, and
// take little more memory than that.
func TestBacklogKeepsOrder(t *testing.T) {
	var l lodging
	random := rand.New(rand.NewPCG(1, 2))
	part := func(limit int) []byte {
		b := make([]byte, random.IntN(limit))
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	var q backlog
	for range 200 {
		var want []byte
		copied := 0
		for range random.IntN(50) {
			f := frame{head: part(40), body: part(1 + 1<<random.IntN(17)), tail: []byte("\r\n"), own: random.IntN(3) == 0}
			q.add(&f, &l)
			want = append(want, f.head...)
			want = append(want, f.body...)
			want = append(want, f.tail...)
			if f.whole == nil {
				copied += f.size()
			}
			clear(f.head) // they were on loan
			clear(f.body)
		}
		if got := bytes.Join(q.pieces, nil); !bytes.Equal(got, want) || q.size != len(want) {
			t.Fatalf("%d bytes in %d pieces are not the %d that were added", len(got), len(q.pieces), len(want))
		}
		if most := copied/len(chunk{}) + 1; len(q.chunks) > most {
			t.Fatalf("%d chunks for %d bytes, want at most %d", len(q.chunks), copied, most)
		}
		q.clear(&l)
	}
}

// What nobody reads is one message in memory, however many it waits for.
func TestBacklogsShare(t *testing.T) {
	var l lodging
	var queues [3]backlog
	for range 100 {
		f := frame{body: make([]byte, 1000)}
		for i := range queues {
			queues[i].add(&f, &l)
		}
	}
	first := queues[0].pieces
	last := len(first) - 1
	for _, q := range queues {
		if len(q.chunks) != 1 || &q.pieces[last][0] != &first[last][0] {
			t.Errorf("%d chunks; want one, and then the frames of all others", len(q.chunks))
		}
	}
}
