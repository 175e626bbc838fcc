package stream

import (
	"bytes"
	"slices"
)

// Clone returns a stream that shares nothing with s.
func (s *Stream) Clone() *Stream {
	twin := *s
	twin.blocks = slices.Clone(s.blocks)
	for i, b := range s.blocks {
		copied := *b
		copied.data = bytes.Clone(b.data)
		twin.used += copied.bytes() - b.bytes()
		twin.blocks[i] = &copied
	}
	twin.groups = slices.Clone(s.groups)
	for i, g := range s.groups {
		twin.groups[i] = g.clone(&twin)
	}
	return &twin
}

func (g *Group) clone(s *Stream) *Group {
	twin := &Group{Name: g.Name, Last: g.Last, Read: g.Read, stream: s}
	for _, c := range g.consumers {
		copied := &Consumer{Name: c.Name, Seen: c.Seen}
		twin.consumers = append(twin.consumers, copied)
		for p := range c.Pending.From(ID{}) {
			p := &Pending{ID: p.ID, Consumer: copied, Delivered: p.Delivered, Count: p.Count}
			copied.Pending.insert(p)
			twin.Pending.insert(p)
		}
	}
	return twin
}
