package broker

import (
	"math"
	"slices"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// find looks for the stream of the key, and for the group in it.
func (m *member) find(r *reading) {
	m.name = r.consumer
	if m.entry = m.c.b.store.get(m.c.db, m.key); m.entry == nil {
		return
	}
	if m.log, _ = m.entry.value.(*log); m.log != nil && r.group != nil {
		m.group = m.log.Group(r.group)
	}
}

// has reports whether there is something to read behind an ID. What a consumer
// has pending always is.
func (m *member) has(after stream.ID) bool {
	switch {
	case m.log == nil:
		return false
	case m.group == nil:
	case after != stream.Max:
		return true
	default:
		after = m.group.Last
	}
	new := m.log.After(after)
	return new.Next()
}

// read replies the name of the stream and its entries behind an ID.
func (m *member) read(r *reading, after stream.ID) {
	if m.c.proto < resp.RESP3 {
		m.c.array(2)
	}
	m.c.bytes(m.key)
	count := r.count
	if count == 0 {
		count = math.MaxInt64
	}
	if m.group == nil {
		m.c.items(m.log.After(after), count)
		return
	}
	m.consumer()
	if after == stream.Max {
		m.readNew(count, r.noAck)
	} else {
		from, _ := after.Next()
		m.readAgain(from, count)
	}
	m.c.b.store.charge(m.entry)
}

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

// readBlocked replies to a client that waits when a stream has something for
// it, or when its group is no more.
func (c *client) readBlocked(r *reading, key []byte) bool {
	m := member{c: c, key: key}
	m.find(r)
	after := r.afterKey(key)
	reached := after
	switch {
	case m.log == nil && r.group == nil:
		return false
	case m.log == nil:
		c.errorText("UNBLOCKED the stream key no longer exists")
		return true
	case m.group != nil:
		reached = m.group.Last
	case r.group != nil:
		c.errorText("NOGROUP the consumer group this client was blocked on no longer exists")
		return true
	}
	if !reached.Less(m.log.Last) {
		return false
	}
	at := len(c.replies)
	m.read(r, after)
	c.insertStreams(at, 1)
	return true
}

// afterKey is behind which entry the stream of a key is to be read.
func (r *reading) afterKey(key []byte) stream.ID {
	i := slices.IndexFunc(r.keys, func(k []byte) bool { return string(k) == string(key) })
	return r.after[i]
}
