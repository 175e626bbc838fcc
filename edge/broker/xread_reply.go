package broker

import (
	"math"
	"slices"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// insertStreams puts the header before the replies of n streams, which begin at
// an offset: in RESP3 a map, in RESP2 an array of pairs.
func (c *client) insertStreams(at, n int) {
	c.precede(at, func() {
		if c.proto < resp.RESP3 {
			c.array(n)
		} else {
			c.mapping(n)
		}
	})
}

// readStream replies the name of a stream and its entries behind an ID.
func (c *client) readStream(r *reading, key []byte, after stream.ID) {
	if c.proto < resp.RESP3 {
		c.array(2)
	}
	c.bytes(key)
	e := c.b.store.get(c.db, key)
	l := e.value.(log)
	count := r.count
	if count == 0 {
		count = math.MaxInt64
	}
	if r.group == nil {
		from, _ := after.Next()
		c.items(l.Range(from, stream.Max), count)
		return
	}
	g := l.Group(r.group)
	consumer := c.consumer(l, key, g, r.consumer)
	if after == stream.Max {
		c.readNew(l, key, g, consumer, count, r.noAck)
	} else {
		from, _ := after.Next()
		c.readAgain(l, key, g, consumer, from, count)
	}
	c.b.store.charge(e)
}

// consumer returns the member of a group with this name, which may be new, and
// notes that it was seen.
func (c *client) consumer(l log, key []byte, g *stream.Group, name []byte) *stream.Consumer {
	consumer := g.Consumer(name)
	if consumer == nil {
		consumer = g.CreateConsumer(string(name), l.clock.now())
		c.effect("XGROUP", []byte("CREATECONSUMER"), key, []byte(g.Name), name)
	}
	consumer.Seen = l.clock.now()
	return consumer
}

// readNew replies what is new to a group, and makes it pending unless it needs
// no acknowledgement.
func (c *client) readNew(l log, key []byte, g *stream.Group, consumer *stream.Consumer, count int64, noAck bool) {
	from, _ := g.Last.Next()
	now := l.clock.now()
	var last *stream.Pending
	var ids []stream.ID
	c.counted(func() (n int) {
		for e := range l.Range(from, stream.Max) {
			g.Advance(e.ID)
			c.item(e)
			if !noAck {
				last = g.Deliver(e.ID, consumer, now)
				ids = append(ids, e.ID)
			}
			if n++; int64(n) == count || !c.hasRoom() {
				break
			}
		}
		return n
	})
	for some := range slices.Chunk(ids, mostTogether) {
		c.logClaim(l, key, g, last, some...)
	}
	c.logProgress(key, g)
}

// readAgain replies again what a consumer has pending. An entry that is gone is
// null.
func (c *client) readAgain(l log, key []byte, g *stream.Group, consumer *stream.Consumer, from stream.ID, count int64) {
	now := l.clock.now()
	c.counted(func() (n int) {
		for p := range consumer.Pending.From(from) {
			if int64(n) == count || !c.hasRoom() {
				break
			}
			n++
			e, ok := l.Get(p.ID)
			if !ok {
				c.array(2)
				c.streamID(p.ID)
				c.nullArray()
				continue
			}
			c.item(e)
			p.Delivered = now
			p.Count++
			c.logClaim(l, key, g, p, p.ID)
		}
		return n
	})
}

// readBlocked replies to a client that waits when a stream has something for
// it, or when its group is no more.
func (c *client) readBlocked(r *reading, key []byte) bool {
	e := c.b.store.get(c.db, key)
	var l log
	ok := false
	if e != nil {
		l, ok = e.value.(log)
	}
	if !ok {
		if r.group != nil {
			c.errorText("UNBLOCKED the stream key no longer exists")
		}
		return r.group != nil
	}
	after := r.afterKey(key)
	if r.group != nil {
		g := l.Group(r.group)
		if g == nil {
			c.errorText("NOGROUP the consumer group this client was blocked on no longer exists")
			return true
		}
		if !g.Last.Less(l.Last) {
			return false
		}
	} else if !after.Less(l.Last) {
		return false
	}
	at := len(c.replies)
	c.readStream(r, key, after)
	c.insertStreams(at, 1)
	return true
}

// afterKey is behind which entry the stream of a key is to be read.
func (r *reading) afterKey(key []byte) stream.ID {
	i := slices.IndexFunc(r.keys, func(k []byte) bool { return string(k) == string(key) })
	return r.after[i]
}
