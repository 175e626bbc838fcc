package stream

import "bytes"

// Clone returns a stream that shares nothing with s.
func (s *Stream) Clone() *Stream {
	twin := &Stream{Last: s.Last, Deleted: s.Deleted, Added: s.Added, length: s.length}
	for _, b := range s.blocks {
		copied := *b
		copied.data = bytes.Clone(b.data)
		twin.blocks = append(twin.blocks, &copied)
		twin.used += copied.bytes()
	}
	for _, g := range s.groups {
		group := twin.CreateGroup(g.Name, g.Last, g.Read)
		for _, c := range g.consumers {
			consumer := group.CreateConsumer(c.Name, c.Seen)
			w := c.Pending.From(ID{})
			for w.Next() {
				group.Deliver(w.ID, consumer, w.Delivered).Count = w.Count
			}
		}
	}
	return twin
}
