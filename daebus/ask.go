package daebus

import (
	"context"
	"encoding/json"
	"time"
)

// asker hears of replies instead of waiting for them.
type asker struct {
	told func(reply)
	stop func() bool // forgets the deadline
}

// ask is Call for who does not wait: told gets each reply, in order, and the final
// one last. It borrows what it is told, and must be quick. ctx has a deadline, and
// its end is a final reply too. After an error told gets nothing.
func (c *Client) ask(ctx context.Context, service, action string, payload []byte, told func(reply)) error {
	deadline, _ := ctx.Deadline()
	p := c.begin(service, nil)
	a := &asker{told: told}
	a.stop = context.AfterFunc(ctx, func() { p.expire(a, late(ctx.Err())) })
	p.expect(nil, a)
	if err := p.post(ctx, action, json.RawMessage(payload), time.Until(deadline)); err != nil && p.close() {
		a.stop()
		p.release()
		return err
	}
	return nil
}

// tellLocked hands a reply to the asker. With the final one the call is over.
func (p *pending) tellLocked(r reply) {
	a := p.asker
	if r.final {
		p.open, p.asker = false, nil
		a.stop()
		defer p.release()
	}
	a.told(r)
}

// expire ends the call of that asker, if it still waits, with err.
func (p *pending) expire(a *asker, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asker == a {
		p.failLocked(err)
	}
}
