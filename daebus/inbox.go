package daebus

import (
	"bytes"
	"fmt"
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
	p, seq := c.find(r.ID)
	if p == nil || !p.deliver(seq, reply{codec: codec, payload: r.Payload, failed: r.Status == wire.Error, final: r.Final}) {
		c.Stray.Add(1)
	}
}

// responses are reused for their scratch space.
var responses = sync.Pool{New: func() any { return new(wire.Response) }}

// find reads what appendID wrote. It returns nil for the id of no call of ours.
func (c *Client) find(id []byte) (p *pending, seq uint64) {
	numbers, own := bytes.CutPrefix(id, c.prefix)
	first, second, _ := bytes.Cut(numbers, dot)
	slot, noSlot := strconv.ParseUint(string(first), 36, 64)
	seq, noSeq := strconv.ParseUint(string(second), 36, 64)
	slots := c.calls.all()
	if !own || noSlot != nil || noSeq != nil || slot >= uint64(len(slots)) {
		return nil, 0
	}
	return slots[slot], seq
}

var dot = []byte(".")

// errLost is what strangers read of a lost call: why may name the bus's address.
var errLost = Errorf(Unavailable, "the link to the bus was lost before the reply came")

// LinkDown ends the calls in flight with Unavailable: their replies may have
// been sent while nobody listened. It is for runtimes, when the link goes away.
func (c *Client) LinkDown(err error) {
	lost := fmt.Errorf("%w: %w", errLost, err)
	for _, p := range c.calls.all() {
		p.fail(lost)
	}
}
