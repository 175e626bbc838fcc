package stream

import (
	"slices"
	"sort"
)

// What they take beyond their names, about; a pending with its places in two
// lists.
const (
	groupCost    = 160
	consumerCost = 96
	pendingCost  = 72
)

// Unknown is Group.Read when it cannot be told.
const Unknown = -1

// Group is a group of consumers. Each entry is delivered to one of them, and
// is pending until that one acknowledges it.
type Group struct {
	Name    string
	Last    ID       // of the entry delivered last
	Read    int64    // how many entries up to Last were ever added; may be Unknown
	Pending Pendings // of all consumers; to be changed by Group's methods

	stream    *Stream
	consumers []*Consumer // by name
}

// Consumer is a member of a group.
type Consumer struct {
	Name    string
	Seen    int64    // when it last asked for anything, in milliseconds
	Pending Pendings // its part of the group's; to be changed by Group's methods
}

// Groups returns the groups, ordered by name. They are the stream's own.
func (s *Stream) Groups() []*Group { return s.groups }

// Group returns the group with a name, or nil.
func (s *Stream) Group(name []byte) *Group {
	if i, ok := s.place(string(name)); ok {
		return s.groups[i]
	}
	return nil
}

func (s *Stream) place(name string) (int, bool) {
	i := sort.Search(len(s.groups), func(i int) bool { return s.groups[i].Name >= name })
	return i, i < len(s.groups) && s.groups[i].Name == name
}

// CreateGroup adds a group that has read up to last; nil when the name is taken.
func (s *Stream) CreateGroup(name string, last ID, read int64) *Group {
	i, taken := s.place(name)
	if taken {
		return nil
	}
	g := &Group{Name: name, Last: last, Read: read, stream: s}
	s.groups = insert(s.groups, i, g)
	s.used += groupCost + len(name)
	return g
}

// DestroyGroup removes a group of the stream with all it has.
func (s *Stream) DestroyGroup(g *Group) {
	i, ok := s.place(g.Name)
	if !ok {
		return
	}
	s.groups = slices.Delete(s.groups, i, i+1)
	s.used -= groupCost + len(g.Name) + g.Pending.Len()*pendingCost
	for _, c := range g.consumers {
		s.used -= consumerCost + len(c.Name)
	}
}

// Consumers returns the consumers, ordered by name. They are the group's own.
func (g *Group) Consumers() []*Consumer { return g.consumers }

// Consumer returns the consumer with a name, or nil.
func (g *Group) Consumer(name []byte) *Consumer {
	if i, ok := g.place(string(name)); ok {
		return g.consumers[i]
	}
	return nil
}

func (g *Group) place(name string) (int, bool) {
	i := sort.Search(len(g.consumers), func(i int) bool { return g.consumers[i].Name >= name })
	return i, i < len(g.consumers) && g.consumers[i].Name == name
}

// CreateConsumer adds a consumer, seen now; nil when the name is taken.
func (g *Group) CreateConsumer(name string, now int64) *Consumer {
	i, taken := g.place(name)
	if taken {
		return nil
	}
	c := &Consumer{Name: name, Seen: now}
	g.consumers = insert(g.consumers, i, c)
	g.stream.used += consumerCost + len(name)
	return c
}

// DeleteConsumer removes a consumer of the group. What it had pending is
// pending no more.
func (g *Group) DeleteConsumer(c *Consumer) {
	i, ok := g.place(c.Name)
	if !ok {
		return
	}
	for p := range c.Pending.From(ID{}) {
		g.Pending.remove(p.ID)
	}
	g.consumers = slices.Delete(g.consumers, i, i+1)
	g.stream.used -= consumerCost + len(c.Name) + c.Pending.Len()*pendingCost
}

// Deliver makes the entry with an ID pending for c, delivered once, even when
// another consumer has it.
func (g *Group) Deliver(id ID, c *Consumer, now int64) *Pending {
	p := g.Pending.Find(id)
	if p == nil {
		p = &Pending{ID: id}
		g.Pending.insert(p)
		g.stream.used += pendingCost
	}
	g.Assign(p, c)
	p.Delivered, p.Count = now, 1
	return p
}

// Assign gives a pending of the group to c.
func (g *Group) Assign(p *Pending, c *Consumer) {
	if p.Consumer == c {
		return
	}
	if p.Consumer != nil {
		p.Consumer.Pending.remove(p.ID)
	}
	p.Consumer = c
	c.Pending.insert(p)
}

// Ack ends that the entry with an ID is pending, and reports whether it was.
func (g *Group) Ack(id ID) bool {
	p := g.Pending.Find(id)
	if p == nil {
		return false
	}
	g.Pending.remove(id)
	p.Consumer.Pending.remove(id)
	g.stream.used -= pendingCost
	return true
}
