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
		c.intField("idle", now-consumer.Seen)
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
	o := options{c: c, rest: args[3:]}
	full, count := o.take("FULL", 0), int64(10)
	if full && len(o.rest) == 2 && o.take("COUNT", 1) {
		if count = o.number(errNotInt); o.failed {
			return
		}
	}
	if o.more() {
		c.subcommandSyntax(args)
		return
	}
	switch {
	case count < 0:
		count = 10
	case count == 0:
		count = math.MaxInt64
	}
	all := l.Range(stream.ID{}, stream.Max)
	if full {
		c.mapping(9)
		c.streamCounters(l)
		c.bulk("entries")
		c.items(all, count)
		c.bulk("groups")
		c.array(len(l.Groups()))
		for _, g := range l.Groups() {
			c.groupFull(l, g, count)
		}
		return
	}
	c.mapping(10)
	c.streamCounters(l)
	c.intField("groups", int64(len(l.Groups())))
	c.entryField("first-entry", all)
	c.entryField("last-entry", l.Backward(stream.Max, stream.ID{}))
}

// entryField replies the first entry of a cursor, or null without one.
func (c *client) entryField(name string, entries stream.Cursor) {
	c.bulk(name)
	if entries.Next() {
		c.item(&entries.Entry)
	} else {
		c.null()
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
	c.pendings(&g.Pending, count, true)
	c.bulk("consumers")
	c.array(len(g.Consumers()))
	for _, consumer := range g.Consumers() {
		c.mapping(4)
		c.field("name", consumer.Name)
		c.intField("seen-time", consumer.Seen+wall)
		c.intField("pel-count", int64(consumer.Pending.Len()))
		c.pendings(&consumer.Pending, count, false)
	}
}

// pendings replies an entry of a mapping: those of a list, at most so many.
func (c *client) pendings(list *stream.Pendings, count int64, named bool) {
	c.bulk("pending")
	count = min(count, int64(list.Len()))
	c.array(int(count))
	wall := c.b.store.wall()
	w := list.From(stream.ID{})
	for ; count > 0 && w.Next(); count-- {
		c.pending(w.Pending, w.Delivered+wall, named)
	}
}
