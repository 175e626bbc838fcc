package broker

import (
	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// log is the value of a stream key. The times in it are milliseconds of
// store.now.
type log struct {
	*stream.Stream
	clock *store
}

func (l *log) bytes() int   { return l.Bytes() }
func (l *log) clone() value { return &log{l.Clone(), l.clock} }

//go:noinline
func (c *client) newLog() *log { return &log{new(stream.Stream), &c.b.store} }

// heldGroup returns a group of the stream that key holds, and its entry; the
// group is nil when there is no such key or group. ok is false when key holds
// another type; that error is replied then.
func (c *client) heldGroup(key, group []byte) (g *stream.Group, e *entry, ok bool) {
	l, e, ok := held[*log](c, key)
	if e == nil || !ok {
		return nil, e, ok
	}
	return l.Group(group), e, true
}

// shifted is called after a command changed nothing of a stream but its groups
// and counters, which neither WATCH nor a blocked client waits for.
//
//go:noinline
func (c *client) shifted(e *entry) {
	c.b.store.charge(e)
	c.b.effects.dirty = true
}

// arrayAt replies, in front of the replies from an offset on, that they are an
// array of n values.
func (c *client) arrayAt(at, n int) {
	end := len(c.replies)
	c.array(n)
	c.bringTo(at, end)
}

// bringTo moves the short replies from end on to an offset before them.
func (c *client) bringTo(at, end int) {
	var scratch [64]byte
	late := append(scratch[:0], c.replies[end:]...)
	copy(c.replies[at+len(late):], c.replies[at:end])
	copy(c.replies[at:], late)
}

func (c *client) streamID(id stream.ID) {
	var text [41]byte
	c.bytes(id.Append(text[:0]))
}

// item replies an entry of a stream.
func (c *client) item(e *stream.Entry) {
	c.array(2)
	c.streamID(e.ID)
	c.array(2 * e.Len())
	for e.Len() > 0 {
		name, value := e.Field()
		c.bytes(name)
		c.bytes(value)
	}
}

// items replies the entries that a cursor goes through, at most so many.
func (c *client) items(entries stream.Cursor, count int64) {
	at, n := len(c.replies), 0
	for int64(n) < count && c.hasRoom() && entries.Next() {
		c.item(&entries.Entry)
		n++
	}
	c.arrayAt(at, n)
}
