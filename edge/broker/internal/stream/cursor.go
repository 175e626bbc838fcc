package stream

// Entry is one entry of a stream. It is valid until the stream changes.
type Entry struct {
	ID    ID
	n     int
	names []byte // nil when each name stands before its value
	body  []byte
}

// Len is the number of fields that Field has not told yet.
func (e *Entry) Len() int { return e.n }

// Field tells the next field, in the order in which they were added. Name and
// value are the stream's own bytes.
func (e *Entry) Field() (name, value []byte) {
	e.n--
	if e.names != nil {
		name, e.names = text(e.names)
	} else {
		name, e.body = text(e.body)
	}
	value, e.body = text(e.body)
	return name, value
}

// Cursor goes through the entries of a stream, which must not change meanwhile.
type Cursor struct {
	Entry // where it stands; zero at the end

	low, high ID
	reverse   bool
	blocks    []*block // to come
	block     *block
	at, next  int   // where in it the entry is, and the one behind
	before    []int // where those before the entry are, if it goes there
}

// Range returns a cursor from one ID up to another, both included.
func (s *Stream) Range(low, high ID) Cursor {
	return Cursor{low: low, high: high, blocks: s.blocks[s.find(low):]}
}

// After returns a cursor through all that is behind an ID.
func (s *Stream) After(id ID) Cursor {
	next, ok := id.Next()
	if !ok {
		return Cursor{}
	}
	return s.Range(next, Max)
}

// Backward returns a cursor from an ID down to a lesser one.
func (s *Stream) Backward(high, low ID) Cursor {
	blocks := s.blocks[:min(s.find(high)+1, len(s.blocks))]
	return Cursor{low: low, high: high, reverse: true, blocks: blocks, before: make([]int, 0, blockEntries)}
}

// Next goes to the next entry, and reports whether there is one.
func (c *Cursor) Next() bool {
	for c.step() {
		var dead bool
		dead, c.next = c.block.read(c.at, &c.Entry)
		early, late := c.ID.Less(c.low), c.high.Less(c.ID)
		if c.reverse {
			early, late = late, early
		}
		if late {
			break
		}
		if !early && !dead {
			return true
		}
	}
	c.Entry = Entry{}
	return false
}

// step goes to the next place where an entry is, or was.
func (c *Cursor) step() bool {
	left := len(c.blocks)
	switch {
	case c.reverse && len(c.before) > 0, c.block != nil && !c.reverse && c.next < len(c.block.data):
	case left == 0:
		return false
	case c.reverse:
		c.block, c.blocks = c.blocks[left-1], c.blocks[:left-1]
		c.before = c.block.offsets(c.before)
	default:
		c.block, c.blocks = c.blocks[0], c.blocks[1:]
		c.next = c.block.begin
	}
	c.at = c.next
	if c.reverse {
		last := len(c.before) - 1
		c.at, c.before = c.before[last], c.before[:last]
	}
	return true
}
