package broker

import (
	"errors"
	"os"
	"time"
)

// maxTurn is how much is read at once: whom the first commands were for gets on with
// it while the next come in.
const maxTurn = 32 << 10

// input reads for the client's resp.Reader, which asks only when nothing more
// can be done without: the moment to write what the pipeline brought about.
type input struct{ c *client }

func (in input) Read(p []byte) (int, error) {
	c := in.c
	if err := c.flush(); err != nil {
		return 0, err
	}
	if len(c.ahead) > 0 {
		n := copy(p, c.ahead)
		if c.ahead = c.ahead[n:]; len(c.ahead) == 0 {
			c.ahead = nil
		}
		return n, nil
	}
	half := c.rd.Partial() > 0
	if half && c.half == 0 {
		c.half = max(time.Duration(c.active.Load()), 1)
	}
	c.bear(0)
	if c.burden.bytes.Load() > 0 {
		c.burden.empty.Store(!half)
		defer c.burden.empty.Store(false)
	}
	if !c.armed && (half || c.b.idle.Load() > 0) {
		if err := c.await(); err != nil {
			return 0, err
		}
	}
	p = p[:min(len(p), maxTurn)]
	n, err := c.conn.Read(p)
	for n == 0 && errors.Is(err, os.ErrDeadlineExceeded) { // for too long, or woken although not parked
		if err := c.await(); err != nil {
			return 0, err
		}
		if c.giveBack() {
			return 0, nil
		}
		n, err = c.conn.Read(p)
	}
	c.active.Store(int64(time.Since(c.b.start)))
	return n, err
}

// errIdle ends a client that sent nothing for Config.IdleTimeout, and errSlow
// one that did not end a command within Config.CommandTimeout.
var (
	errIdle = errors.New("idle")
	errSlow = errors.New(overTime)
)

// applyIdle makes a new timeout hold for the clients there are.
func (b *Broker) applyIdle() {
	b.idle.Store(int64(b.cfg.IdleTimeout))
	for _, c := range b.clients {
		c.rouse()
	}
}

// rouse wakes the client's goroutine from reading, to look what is to be done.
func (c *client) rouse() { c.conn.SetReadDeadline(time.Unix(1, 0)) }

// await sets when reading is to end because the client is idle or too slow, or
// says that it is. That is done once in a timeout, not with every read or
// command: a deadline that was for another command is moved when it has come.
func (c *client) await() error {
	var end time.Duration
	now := time.Since(c.b.start)
	if idle := time.Duration(c.b.idle.Load()); idle > 0 && c.out == nil {
		end = time.Duration(c.active.Load()) + idle
		if end <= now {
			return errIdle
		}
	}
	if c.half > 0 {
		whole := c.half + c.b.cfg.CommandTimeout
		if whole <= now {
			c.reason = overTime
			return errSlow
		}
		if end == 0 || whole < end {
			end = whole
		}
	}
	c.armed = end > 0
	if c.armed {
		c.conn.SetReadDeadline(c.b.start.Add(end))
	} else {
		c.conn.SetReadDeadline(time.Time{})
	}
	return nil
}
