package stream

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
	if i, ok := place(s.groups, string(name)); ok {
		return s.groups[i]
	}
	return nil
}

func (g *Group) name() string    { return g.Name }
func (c *Consumer) name() string { return c.Name }

// place is where the one with a name is in a list by name, or would be.
func place[T interface{ name() string }](list []T, name string) (i int, ok bool) {
	end := len(list)
	for i < end {
		if middle := (i + end) / 2; list[middle].name() < name {
			i = middle + 1
		} else {
			end = middle
		}
	}
	return i, i < len(list) && list[i].name() == name
}

// CreateGroup adds a group that has read up to last; nil when the name is taken.
func (s *Stream) CreateGroup(name string, last ID, read int64) *Group {
	i, taken := place(s.groups, name)
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
	i, ok := place(s.groups, g.Name)
	if !ok {
		return
	}
	s.groups = remove(s.groups, i)
	s.used -= groupCost + len(g.Name) + g.Pending.Len()*pendingCost
	for _, c := range g.consumers {
		s.used -= consumerCost + len(c.Name)
	}
}

// Consumers returns the consumers, ordered by name. They are the group's own.
func (g *Group) Consumers() []*Consumer { return g.consumers }

// Consumer returns the consumer with a name, or nil.
func (g *Group) Consumer(name []byte) *Consumer {
	if i, ok := place(g.consumers, string(name)); ok {
		return g.consumers[i]
	}
	return nil
}

// CreateConsumer adds a consumer, seen now; nil when the name is taken.
func (g *Group) CreateConsumer(name string, now int64) *Consumer {
	i, taken := place(g.consumers, name)
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
	i, ok := place(g.consumers, c.Name)
	if !ok {
		return
	}
	w := c.Pending.From(ID{})
	for w.Next() {
		g.Pending.remove(w.ID)
	}
	g.consumers = remove(g.consumers, i)
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
