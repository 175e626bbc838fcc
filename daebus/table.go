package daebus

import (
	"sync"
	"sync/atomic"
)

// table holds a client's pending calls. A slot serves one call after another and
// is never taken away: a reply finds its call by index, without a lock that all
// calls share, and whether it is still that call the pending itself knows.
//
// The pool is where free slots are found at once, by each processor its own. It
// may forget one, or know one that is taken again: only taken tells.
type table struct {
	slots atomic.Pointer[[]*pending] // only grows
	spare sync.Pool                  // of *pending

	mu   sync.Mutex // guards below, and growing
	last int        // where a slot was found that the pool forgot
	more int        // slots to be added before the next search
}

// take returns a pending that nobody uses.
func (t *table) take(c *Client) *pending {
	for {
		p, _ := t.spare.Get().(*pending)
		if p == nil {
			return t.search(c)
		}
		if p.take() {
			return p
		}
	}
}

// put gives back what take returned.
func (t *table) put(p *pending) {
	p.taken.Store(false)
	t.spare.Put(p)
}

// search looks for a slot that the pool forgot, and adds one when there is none.
// After that it adds some without looking: many calls at once would look at all
// of them for each.
func (t *table) search(c *Client) *pending {
	t.mu.Lock()
	defer t.mu.Unlock()
	slots := t.all()
	if t.more == 0 {
		for range slots {
			t.last = (t.last + 1) % len(slots)
			if p := slots[t.last]; p.take() {
				return p
			}
		}
		t.more = 1 + len(slots)/8
	}
	t.more--
	p := &pending{client: c, slot: len(slots), replies: make(chan reply, 1)}
	p.taken.Store(true)
	slots = append(slots, p) // beyond what others look at
	t.slots.Store(&slots)
	return p
}

// all returns the pendings by slot, taken or not.
func (t *table) all() []*pending {
	if slots := t.slots.Load(); slots != nil {
		return *slots
	}
	return nil
}

func (p *pending) take() bool {
	return !p.taken.Load() && p.taken.CompareAndSwap(false, true)
}
