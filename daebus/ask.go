package daebus

import (
	"context"
	"encoding/json"
	"time"
)

// asker is a call whose caller does not wait for it: told gets each reply, in
// order, and the final one last. It borrows what it is told, and must be quick.
type asker struct {
	pending *pending
	told    func(reply)
	posted  bool // guarded by pending.mu: until then the call is not for reuse
}

// ask sends a's request. After an error told gets nothing.
func (c *Client) ask(a *asker, service, action string, payload []byte, left time.Duration) error {
	p := c.begin(service, nil)
	a.pending = p
	p.expect(nil, nil, a)
	err := p.post(context.Background(), action, json.RawMessage(payload), left)
	p.mu.Lock()
	defer p.mu.Unlock()
	a.posted = true
	if p.asker != a { // it has been told
		p.reuse()
		return nil
	}
	if err != nil {
		p.open, p.asker = false, nil
		p.reuse()
	}
	return err
}

// giveUp ends the call with err, if it has no final reply yet.
func (a *asker) giveUp(err error) {
	p := a.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asker == a {
		p.failLocked(err)
	}
}

// tellLocked hands a reply to the asker. With the final one the call is over.
func (p *pending) tellLocked(r reply) {
	a := p.asker
	if r.final {
		p.open, p.asker = false, nil
		if a.posted {
			defer p.reuse()
		}
	}
	a.told(r)
}
