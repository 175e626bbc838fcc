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
	end := len(c.replies)
	if c.proto < resp.RESP3 {
		c.array(n)
	} else {
		c.mapping(n)
	}
	c.bringTo(at, end)
}

// readStream replies the name of a stream and its entries behind an ID.
func (c *client) readStream(r *reading, key []byte, after stream.ID) {
	if c.proto < resp.RESP3 {
		c.array(2)
	}
	c.bytes(key)
	e := c.b.store.get(c.db, key)
	l := e.value.(*log)
	count := r.count
	if count == 0 {
		count = math.MaxInt64
	}
	if r.group == nil {
		from, _ := after.Next()
		c.items(l.Range(from, stream.Max), count)
		return
	}
	m := member{c: c, log: l, key: key, group: l.Group(r.group), name: r.consumer}
	m.consumer()
	if after == stream.Max {
		m.readNew(count, r.noAck)
	} else {
		from, _ := after.Next()
		m.readAgain(from, count)
	}
	c.b.store.charge(e)
}

// readBlocked replies to a client that waits when a stream has something for
// it, or when its group is no more.
func (c *client) readBlocked(r *reading, key []byte) bool {
	e := c.b.store.get(c.db, key)
	var l *log
	ok := false
	if e != nil {
		l, ok = e.value.(*log)
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
