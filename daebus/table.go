package daebus

import (
	"sync"
	"sync/atomic"
)

// table holds a client's pending calls. A slot serves one call after another and
// is never taken away: a reply finds its call by index, without a lock that all
// calls share, and whether it is still that call the pending itself knows.
type table struct {
	slots atomic.Pointer[[]*pending] // only grows
	grow  sync.Mutex

	_    [cacheLine]byte // what is above is read by every reply, what is below written by every call
	free atomic.Uint64   // the stack of free slots: its top, as an index plus one, below the number of changes
	_    [cacheLine]byte
}

const cacheLine = 64

// take returns a pending that nobody uses.
func (t *table) take(c *Client) *pending {
	for {
		top := t.free.Load()
		if uint32(top) == 0 {
			return t.add(c)
		}
		p := t.all()[uint32(top)-1]
		if t.free.CompareAndSwap(top, changed(top, p.below.Load())) {
			return p
		}
	}
}

// put gives back what take returned.
func (t *table) put(p *pending) {
	for {
		top := t.free.Load()
		p.below.Store(uint32(top))
		if t.free.CompareAndSwap(top, changed(top, p.slot+1)) {
			return
		}
	}
}

// changed is the stack with another top. The number of changes tells it from a
// stack that has the same top again, but another one below it.
func changed(stack uint64, top uint32) uint64 {
	return (stack>>32+1)<<32 | uint64(top)
}

func (t *table) add(c *Client) *pending {
	t.grow.Lock()
	defer t.grow.Unlock()
	slots := t.all()
	p := &pending{client: c, slot: uint32(len(slots)), replies: make(chan reply, 1)}
	slots = append(slots, p) // beyond what others look at
	t.slots.Store(&slots)
	return p
}

// all returns the pendings by slot, used and free.
func (t *table) all() []*pending {
	if slots := t.slots.Load(); slots != nil {
		return *slots
	}
	return nil
}
