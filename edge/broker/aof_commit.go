package broker

import (
	"github.com/daebus/daebus-go/edge/internal/resp"
	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// keepPromises is how many promises a client keeps room for.
const keepPromises = 256

// promise is a reply that must not be given before a record is safe.
type promise struct {
	batch    *seglog.Batch // nil: the record is lost already
	err      error         // why
	from, to int           // the reply, in the client's replies
}

// promise follows a command: its reply, behind from, and those of the clients
// it served, c.woken from served on, have to wait for its record.
func (b *Broker) promise(c *client, from, served int) {
	if b.aof == nil || b.aof.latest == (promise{}) {
		return
	}
	p := b.aof.latest
	b.aof.latest = promise{}
	if !b.effects.dirty && !b.effects.told {
		return // it is about keys whose time had come: nobody's doing
	}
	p.from, p.to = min(from, len(c.replies)), len(c.replies)
	c.promises = append(c.promises, p)
	for _, o := range c.woken[min(served, len(c.woken)):] {
		p.from, p.to = 0, len(o.replies)
		o.promises = append(o.promises, p)
	}
}

// keep waits until what the promises are about is safe. Replies that promised
// what is lost become errors.
func (a *aof) keep(promises []promise, replies []byte) []byte {
	var kept []byte
	done, lost := 0, error(nil)
	for _, p := range promises {
		err := p.err
		if p.batch != nil {
			err = p.batch.Wait()
		}
		if err == nil {
			continue
		}
		lost = err
		if p.to = min(p.to, len(replies)); p.from < p.to {
			kept = append(kept, replies[done:p.from]...)
			kept = resp.AppendError(kept, misconf(err))
			done = p.to
		}
	}
	clear(promises)
	a.b.mu.Lock()
	defer a.b.mu.Unlock()
	if lost == nil {
		a.tend()
		return replies
	}
	if a.log.Err() != nil { // else it was found out, and the log is being rewritten
		a.fail(lost)
	}
	return append(kept, replies[done:]...)
}

// commit keeps the promises of what was replied so far.
func (c *client) commit() {
	if len(c.promises) > 0 {
		c.signalAll()
		c.replies = c.b.aof.keep(c.promises, c.replies)
		if c.promises = c.promises[:0]; cap(c.promises) > keepPromises {
			c.promises = nil
		}
	}
}

// handsOver reports whether a command may give all replies to the queue of a
// subscriber, under the lock.
func (c *client) handsOver(args [][]byte) bool {
	cmd, _ := c.b.find(args)
	return cmd != nil && (cmd.flags&pubSub != 0 || cmd.flags&blocking != 0 && c.out != nil)
}
