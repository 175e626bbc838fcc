package stream

import (
	"iter"
	"slices"
	"sort"
)

// chunkSize is how many pendings lie in one piece of a list.
const chunkSize = 128

// Pending is an entry that was delivered to a consumer and not acknowledged.
type Pending struct {
	ID        ID
	Consumer  *Consumer
	Delivered int64 // when last, in milliseconds
	Count     int64 // how often
}

// Pendings is a list in the order of IDs, in pieces, so that adding and
// removing at any place moves little.
type Pendings struct {
	chunks [][]*Pending // none is empty
	n      int
}

// Len is the number of pendings.
func (l *Pendings) Len() int { return l.n }

// First returns the one with the least ID, or nil.
func (l *Pendings) First() *Pending {
	if l.n == 0 {
		return nil
	}
	return l.chunks[0][0]
}

// Last returns the one with the greatest ID, or nil.
func (l *Pendings) Last() *Pending {
	if l.n == 0 {
		return nil
	}
	tail := l.chunks[len(l.chunks)-1]
	return tail[len(tail)-1]
}

// Find returns the one with this ID, or nil.
func (l *Pendings) Find(id ID) *Pending {
	if c, i, ok := l.place(id); ok {
		return l.chunks[c][i]
	}
	return nil
}

// From yields those from an ID on. The list must not change meanwhile.
func (l *Pendings) From(id ID) iter.Seq[*Pending] {
	return func(yield func(*Pending) bool) {
		c, i, _ := l.place(id)
		for ; c < len(l.chunks); c++ {
			for _, p := range l.chunks[c][i:] {
				if !yield(p) {
					return
				}
			}
			i = 0
		}
	}
}

// place is where a pending with this ID is, or would be. Behind all others that
// is behind the last chunk.
func (l *Pendings) place(id ID) (chunk, at int, found bool) {
	chunk = sort.Search(len(l.chunks), func(c int) bool {
		tail := l.chunks[c]
		return !tail[len(tail)-1].ID.Less(id)
	})
	if chunk == len(l.chunks) {
		return chunk, 0, false
	}
	list := l.chunks[chunk]
	at = sort.Search(len(list), func(i int) bool { return !list[i].ID.Less(id) })
	return chunk, at, list[at].ID == id
}

// insert adds p, whose ID is not in the list.
func (l *Pendings) insert(p *Pending) {
	l.n++
	c, i, _ := l.place(p.ID)
	if c == len(l.chunks) {
		if c == 0 || len(l.chunks[c-1]) == chunkSize {
			l.chunks = append(l.chunks, []*Pending{p})
			return
		}
		l.chunks[c-1] = append(l.chunks[c-1], p)
		return
	}
	if full := l.chunks[c]; len(full) == chunkSize {
		const half = chunkSize / 2
		l.chunks = insert(l.chunks, c+1, slices.Clone(full[half:]))
		clear(full[half:])
		l.chunks[c] = full[:half]
		if i > half {
			c, i = c+1, i-half
		}
	}
	l.chunks[c] = insert(l.chunks[c], i, p)
}

// insert puts v before what is at s[i].
func insert[T any](s []T, i int, v T) []T {
	s = append(s, v)
	copy(s[i+1:], s[i:])
	s[i] = v
	return s
}

func (l *Pendings) remove(id ID) {
	c, i, ok := l.place(id)
	if !ok {
		return
	}
	l.n--
	l.chunks[c] = slices.Delete(l.chunks[c], i, i+1)
	if len(l.chunks[c]) == 0 {
		l.chunks = slices.Delete(l.chunks, c, c+1)
	}
}
