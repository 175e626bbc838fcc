package stream

import "sort"

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
	b := s.tail(id, fields)
	s.used -= b.bytes()
	b.append(id, fields)
	s.used += b.bytes()
	s.length++
	s.Added++
	s.Last = id
}

// tail returns the last block, which is new if the one before is full.
func (s *Stream) tail(id ID, fields [][]byte) *block {
	size := 0
	if n := len(s.blocks); n > 0 {
		b := s.blocks[n-1]
		if b.fits(fields) {
			return b
		}
		size = len(b.data)
		s.used -= b.bytes()
		b.shrink()
		s.used += b.bytes()
	}
	b := newBlock(id, fields, size)
	s.blocks = append(s.blocks, b)
	s.used += b.bytes()
	return b
}

// find is the index of the first block with an entry at id or after.
//
//go:noinline
func (s *Stream) find(id ID) int {
	return sort.Search(len(s.blocks), func(i int) bool { return !s.blocks[i].last.Less(id) })
}

// Get returns the entry with an ID.
func (s *Stream) Get(id ID) (e Entry, ok bool) {
	c := s.Range(id, id)
	ok = c.Next()
	return c.Entry, ok
}

// First is the ID of the first entry, zero when there is none.
func (s *Stream) First() ID {
	c := s.Range(ID{}, Max)
	c.Next()
	return c.ID
}

// Top is the ID of the last entry, zero when there is none.
func (s *Stream) Top() ID {
	c := s.Backward(Max, ID{})
	c.Next()
	return c.ID
}

// Delete removes the entry with an ID and reports whether there was one.
func (s *Stream) Delete(id ID) bool {
	c := s.Range(id, id)
	if !c.Next() {
		return false
	}
	s.mark(&c)
	if b := c.block; b.live == 0 {
		s.used -= b.bytes()
		i := s.find(id)
		s.blocks = remove(s.blocks, i)
	}
	if s.Deleted.Less(id) {
		s.Deleted = id
	}
	return true
}

// mark takes the entry at which a cursor stands out of the stream.
func (s *Stream) mark(c *Cursor) {
	c.block.data[c.at] |= deleted
	c.block.live--
	c.block.dead++
	s.length--
}
