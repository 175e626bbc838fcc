package stream

import (
	"iter"
	"slices"
	"sort"
)

// streamCost is what a stream takes beyond its blocks and groups, about.
const streamCost = 160

// Stream is a stream and its groups. Its zero value is empty.
type Stream struct {
	Last    ID    // of the entry added last, or set; no entry is added at or before it
	Deleted ID    // the greatest that was ever deleted one by one
	Added   int64 // entries ever

	blocks []*block
	length int
	groups []*Group // by name
	used   int
}

// Len is the number of entries.
func (s *Stream) Len() int { return s.length }

// Blocks is the number of blocks they lie in.
func (s *Stream) Blocks() int { return len(s.blocks) }

// Bytes is the memory the stream takes, about.
func (s *Stream) Bytes() int { return streamCost + s.used }

// Append adds an entry behind all others. fields are name, value, name, value;
// they are copied. The ID must be after Last.
func (s *Stream) Append(id ID, fields [][]byte) {
	var b *block
	if n := len(s.blocks); n > 0 {
		b = s.blocks[n-1]
		s.used -= b.bytes()
	}
	if b == nil || !b.fits(fields) {
		next := newBlock(id, fields)
		if b != nil {
			next.reserve(len(b.data))
			b.shrink()
			s.used += b.bytes()
		}
		b = next
		s.blocks = append(s.blocks, b)
	}
	b.append(id, fields)
	s.used += b.bytes()
	s.length++
	s.Added++
	s.Last = id
}

// find is the index of the first block with an entry at id or after.
//
//go:noinline
func (s *Stream) find(id ID) int {
	return sort.Search(len(s.blocks), func(i int) bool { return !s.blocks[i].last.Less(id) })
}

// Get returns the entry with an ID.
func (s *Stream) Get(id ID) (e Entry, ok bool) {
	i := s.find(id)
	if i == len(s.blocks) {
		return e, false
	}
	b := s.blocks[i]
	off, ok := b.offset(id)
	if ok {
		e, _, _ = b.at(off)
	}
	return e, ok
}

// First is the ID of the first entry, zero when there is none.
func (s *Stream) First() ID {
	for e := range s.Range(ID{}, Max) {
		return e.ID
	}
	return ID{}
}

// Top is the ID of the last entry, zero when there is none.
func (s *Stream) Top() ID {
	for e := range s.Backward(Max, ID{}) {
		return e.ID
	}
	return ID{}
}

// Range yields the entries from one ID to another, both included. The stream
// must not change meanwhile.
func (s *Stream) Range(from, to ID) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for _, b := range s.blocks[s.find(from):] {
			for off := b.begin; off < len(b.data); {
				e, dead, next := b.at(off)
				off = next
				if dead || e.ID.Less(from) {
					continue
				}
				if to.Less(e.ID) || !yield(e) {
					return
				}
			}
		}
	}
}

// Backward is Range from a greater ID down to a lesser one.
func (s *Stream) Backward(from, to ID) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		var scratch [blockEntries]int
		for i := min(s.find(from), len(s.blocks)-1); i >= 0; i-- {
			b := s.blocks[i]
			offsets := b.offsets(scratch[:0])
			for j := len(offsets) - 1; j >= 0; j-- {
				e, dead, _ := b.at(offsets[j])
				if dead || from.Less(e.ID) {
					continue
				}
				if e.ID.Less(to) || !yield(e) {
					return
				}
			}
		}
	}
}

// Delete removes the entry with an ID and reports whether there was one.
func (s *Stream) Delete(id ID) bool {
	i := s.find(id)
	if i == len(s.blocks) {
		return false
	}
	b := s.blocks[i]
	off, ok := b.offset(id)
	if !ok {
		return false
	}
	b.mark(off)
	s.length--
	if b.live == 0 {
		s.used -= b.bytes()
		s.blocks = slices.Delete(s.blocks, i, i+1)
	}
	if s.Deleted.Less(id) {
		s.Deleted = id
	}
	return true
}
