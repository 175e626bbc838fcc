package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// heldInfo returns the stream to tell of, or replies the error.
func (c *client) heldInfo(key []byte) (l *log, ok bool) {
	l, e, ok := held[*log](c, key)
	if ok && e == nil {
		c.errorText(errNoKey)
		return l, false
	}
	return l, ok
}

func xinfoConsumers(c *client, args [][]byte) {
	l, ok := c.heldInfo(args[2])
	if !ok {
		return
	}
	g := l.Group(args[3])
	if g == nil {
		c.noSuchGroup(args)
		return
	}
	now := l.clock.now()
	c.array(len(g.Consumers()))
	for _, consumer := range g.Consumers() {
		c.mapping(3)
		c.field("name", consumer.Name)
		c.intField("pending", int64(consumer.Pending.Len()))
		c.intField("idle", max(now-consumer.Seen, 0))
	}
}

func xinfoGroups(c *client, args [][]byte) {
	l, ok := c.heldInfo(args[2])
	if !ok {
		return
	}
	c.array(len(l.Groups()))
	for _, g := range l.Groups() {
		c.mapping(6)
		c.field("name", g.Name)
		c.intField("consumers", int64(len(g.Consumers())))
		c.intField("pending", int64(g.Pending.Len()))
		c.groupProgress(g)
	}
}

// groupProgress replies three entries of a mapping that say how far a group is.
func (c *client) groupProgress(g *stream.Group) {
	c.idField("last-delivered-id", g.Last)
	c.bulk("entries-read")
	c.intOrNull(g.Read, g.Read != stream.Unknown)
	c.bulk("lag")
	c.intOrNull(g.Lag())
}

func (c *client) intOrNull(n int64, ok bool) {
	if ok {
		c.int64(n)
	} else {
		c.null()
	}
}

func (c *client) intField(name string, n int64) {
	c.bulk(name)
	c.int64(n)
}

func (c *client) idField(name string, id stream.ID) {
	c.bulk(name)
	c.streamID(id)
}

func xinfoStream(c *client, args [][]byte) {
	l, ok := c.heldInfo(args[2])
	if !ok {
		return
	}
	if len(args) == 3 {
		c.mapping(10)
		c.streamCounters(l)
		c.intField("groups", int64(len(l.Groups())))
		first, any := l.Get(l.First())
		c.bulk("first-entry")
		c.itemOrNull(first, any)
		last, any := l.Get(l.Top())
		c.bulk("last-entry")
		c.itemOrNull(last, any)
		return
	}
	count := int64(10)
	if !isWord(args[3], "FULL") || len(args) != 4 && (len(args) != 6 || !isWord(args[4], "COUNT")) {
		c.subcommandSyntax(args)
		return
	}
	if len(args) == 6 {
		if count, ok = c.parseNumber(args[5], errNotInt); !ok {
			return
		}
		switch {
		case count < 0:
			count = 10
		case count == 0:
			count = math.MaxInt64
		}
	}
	c.mapping(9)
	c.streamCounters(l)
	c.bulk("entries")
	c.items(l.Range(stream.ID{}, stream.Max), count)
	c.bulk("groups")
	c.array(len(l.Groups()))
	for _, g := range l.Groups() {
		c.groupFull(l, g, count)
	}
}

// streamCounters replies seven entries of a mapping. The blocks are the keys of
// Redis' radix tree; it has one node more than keys at least.
func (c *client) streamCounters(l *log) {
	c.intField("length", int64(l.Len()))
	c.intField("radix-tree-keys", int64(l.Blocks()))
	c.intField("radix-tree-nodes", int64(l.Blocks()+1))
	c.idField("last-generated-id", l.Last)
	c.idField("max-deleted-entry-id", l.Deleted)
	c.intField("entries-added", l.Added)
	c.idField("recorded-first-entry-id", l.First())
}

func (c *client) groupFull(l *log, g *stream.Group, count int64) {
	wall := l.clock.wall()
	c.mapping(7)
	c.field("name", g.Name)
	c.groupProgress(g)
	c.intField("pel-count", int64(g.Pending.Len()))
	c.bulk("pending")
	c.pendings(&g.Pending, count, func(p *stream.Pending) {
		c.array(4)
		c.streamID(p.ID)
		c.bulk(p.Consumer.Name)
		c.int64(p.Delivered + wall)
		c.int64(p.Count)
	})
	c.bulk("consumers")
	c.array(len(g.Consumers()))
	for _, consumer := range g.Consumers() {
		c.mapping(4)
		c.field("name", consumer.Name)
		c.intField("seen-time", consumer.Seen+wall)
		c.intField("pel-count", int64(consumer.Pending.Len()))
		c.bulk("pending")
		c.pendings(&consumer.Pending, count, func(p *stream.Pending) {
			c.array(3)
			c.streamID(p.ID)
			c.int64(p.Delivered + wall)
			c.int64(p.Count)
		})
	}
}

// pendings replies those of a list, at most so many.
func (c *client) pendings(list *stream.Pendings, count int64, write func(*stream.Pending)) {
	c.array(int(min(count, int64(list.Len()))))
	for p := range list.From(stream.ID{}) {
		if count--; count < 0 {
			break
		}
		write(p)
	}
}
