package daebus

import (
	"bytes"
	"strconv"
	"sync"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// receive takes one message from the inbox.
func (c *Client) receive(_ string, msg []byte) {
	codec := codecOf(c.codecs, msg)
	r := responses.Get().(*wire.Response)
	defer responses.Put(r)
	if err := codec.ScanResponse(msg, r); err != nil {
		c.Stray.Add(1)
		c.runtime().log().Warn("inbox: not a reply", "service", c.name, "err", err)
		return
	}
	id, own := c.callID(r.ID)
	if !own || !c.deliver(id, reply{codec: codec, payload: r.Payload, failed: r.Status == wire.Error, final: r.Final}) {
		c.Stray.Add(1)
	}
}

// responses are reused for their scratch space.
var responses = sync.Pool{New: func() any { return new(wire.Response) }}

// callID reads what appendID wrote.
func (c *Client) callID(id []byte) (n uint64, own bool) {
	digits, own := bytes.CutPrefix(id, c.prefix)
	n, err := strconv.ParseUint(string(digits), 36, 64)
	return n, own && err == nil
}

// deliver hands a reply to its call and reports whether the call still waits.
func (c *Client) deliver(id uint64, r reply) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[id]
	if p == nil {
		return false
	}
	if !r.final {
		if p.options.progress != nil && len(p.replies) < maxReports { // else nobody listens, or is far behind
			r.payload = bytes.Clone(r.payload)
			p.replies <- r
		}
		return true
	}
	delete(c.pending, id) // whatever follows is stray
	p.final = append(p.final[:0], r.payload...)
	r.payload = p.final
	p.replies <- r
	return true
}

// LinkDown ends the calls in flight with Unavailable: their replies may have
// been sent while nobody listened. It is for runtimes, when the link goes away.
func (c *Client) LinkDown(err error) {
	lost := Errorf(Unavailable, "the link to the bus was lost before the reply came: %w", err)
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, p := range c.pending {
		delete(c.pending, id)
		p.replies <- reply{err: lost, final: true}
	}
}
