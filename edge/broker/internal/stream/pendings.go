package stream

import "sort"

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

// Last returns the one with the greatest ID; there must be one.
func (l *Pendings) Last() *Pending {
	tail := l.chunks[len(l.chunks)-1]
	return tail[len(tail)-1]
}

// Find returns the one with this ID, or nil.
func (l *Pendings) Find(id ID) *Pending {
	if c, i := l.place(id); c < len(l.chunks) && l.chunks[c][i].ID == id {
		return l.chunks[c][i]
	}
	return nil
}

// Walk goes through a list of pendings, which must not change meanwhile.
type Walk struct {
	*Pending // where it stands

	chunks [][]*Pending
	i      int
}

// From walks through those from an ID on.
func (l *Pendings) From(id ID) Walk {
	c, i := l.place(id)
	return Walk{chunks: l.chunks[c:], i: i}
}

// Next goes to the next pending, and reports whether there is one.
func (w *Walk) Next() bool {
	if len(w.chunks) == 0 {
		return false
	}
	chunk := w.chunks[0]
	w.Pending = chunk[w.i]
	if w.i++; w.i == len(chunk) {
		w.chunks, w.i = w.chunks[1:], 0
	}
	return true
}

// place is where the first pending at an ID or behind it is. Without one that is
// behind the last chunk.
func (l *Pendings) place(id ID) (chunk, at int) {
	if l.n == 0 || l.Last().ID.Less(id) { // as what is new
		return len(l.chunks), 0
	}
	chunk = sort.Search(len(l.chunks), func(c int) bool {
		tail := l.chunks[c]
		return !tail[len(tail)-1].ID.Less(id)
	})
	list := l.chunks[chunk]
	return chunk, sort.Search(len(list), func(i int) bool { return !list[i].ID.Less(id) })
}

// insert adds p, whose ID is not in the list.
func (l *Pendings) insert(p *Pending) {
	c, i := l.place(p.ID)
	if c == len(l.chunks) {
		if c == 0 || len(l.chunks[c-1]) == chunkSize {
			l.chunks = append(l.chunks, nil)
		} else {
			c--
		}
		i = len(l.chunks[c])
	}
	if full := l.chunks[c]; len(full) == chunkSize {
		const half = chunkSize / 2
		l.chunks = insert(l.chunks, c+1, append([]*Pending(nil), full[half:]...))
		clear(full[half:])
		l.chunks[c] = full[:half]
		if i > half {
			c, i = c+1, i-half
		}
	}
	l.chunks[c] = insert(l.chunks[c], i, p)
	l.n++
}

func (l *Pendings) remove(id ID) {
	c, i := l.place(id)
	l.n--
	l.chunks[c] = remove(l.chunks[c], i)
	if len(l.chunks[c]) == 0 {
		l.chunks = remove(l.chunks, c)
	}
}

// insert puts v before what is at s[i].
//
//go:noinline
func insert[T any](s []T, i int, v T) []T {
	s = append(s, v)
	copy(s[i+1:], s[i:])
	s[i] = v
	return s
}

// remove takes out what is at s[i].
//
//go:noinline
func remove[T any](s []T, i int) []T {
	var none T
	last := len(s) - 1
	copy(s[i:], s[i+1:])
	s[last] = none
	return s[:last]
}
