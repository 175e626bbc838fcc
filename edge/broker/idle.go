package broker

import (
	"errors"
	"time"
)

// errIdle ends a client that sent nothing for Config.IdleTimeout.
var errIdle = errors.New("idle")

// applyIdle makes a new timeout hold for the clients there are.
func (b *Broker) applyIdle() {
	b.idle.Store(int64(b.cfg.IdleTimeout))
	for _, c := range b.clients {
		c.rouse()
	}
}

// rouse wakes the client's goroutine from reading, to look what is to be done.
func (c *client) rouse() { c.conn.SetReadDeadline(time.Unix(1, 0)) }

// await sets when reading is to end because the client is idle, or errIdle when
// it is. That is done once in a timeout, not with every read.
func (c *client) await() error {
	idle := time.Duration(c.b.idle.Load())
	if idle == 0 || c.out != nil {
		c.conn.SetReadDeadline(time.Time{})
		c.armed = false
		return nil
	}
	left := idle - (time.Since(c.b.start) - time.Duration(c.active.Load()))
	if left <= 0 {
		return errIdle
	}
	c.conn.SetReadDeadline(time.Now().Add(left))
	c.armed = true
	return nil
}
