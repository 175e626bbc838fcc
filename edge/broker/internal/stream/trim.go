package stream

// Trim says which of the first entries go.
type Trim struct {
	ByID   bool
	MaxLen int64 // unless ByID: how many may stay
	MinID  ID    // if ByID: those before it go
	Approx bool  // only whole blocks go
	Limit  int64 // blocks that would make it more entries stay; 0 = none
}

// Trim removes entries and returns how many. It does not count as deleting
// them one by one.
func (s *Stream) Trim(t Trim) (removed int) {
	blocks, length := 0, s.length
	for _, b := range s.blocks {
		if t.Limit > 0 && int64(removed+b.live) > t.Limit || !t.covers(b, s.length-removed) {
			break
		}
		removed += b.live
		s.used -= b.bytes()
		blocks++
	}
	clear(s.blocks[:blocks])
	s.blocks = s.blocks[blocks:]
	s.length = length - removed
	if !t.Approx && len(s.blocks) > 0 {
		removed += s.trimBlock(t)
	}
	return removed
}

// covers reports whether a stream of this length may lose all of its first
// block.
func (t Trim) covers(b *block, length int) bool {
	if t.ByID {
		return b.last.Less(t.MinID)
	}
	return int64(length) > t.MaxLen && int64(length-b.live) >= t.MaxLen
}

// trimBlock removes entries of the first block. It stays even without any: as
// in Redis, the next ones may go there.
func (s *Stream) trimBlock(t Trim) (removed int) {
	c := s.Range(ID{}, Max)
	for ; c.Next() && c.block == s.blocks[0]; removed++ {
		if t.ByID && !c.ID.Less(t.MinID) || !t.ByID && int64(s.length) <= t.MaxLen {
			break
		}
		s.mark(&c)
	}
	return removed
}
