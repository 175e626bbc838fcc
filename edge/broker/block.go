package broker

import (
	"errors"
	"math"
	"os"
	"slices"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// waiter is a client that waits for one of several keys to change.
type waiter struct {
	c         *client
	places    []place
	deadline  time.Time // zero: it waits for ever
	serve     func(key []byte) bool
	onTimeout func()
}

// block parks the client until serve has replied, or until the timeout, when
// onTimeout replies; 0 is for ever. serve is tried, first come first served,
// whenever a command changed or removed one of the keys, and is told which; it
// replies and returns true, or does nothing and returns false. It may use the
// arguments of the command, and says what it did with effect. Both run under
// the lock. A command tries for itself before it blocks.
//
// A transaction never waits: in one, onTimeout replies at once.
func (c *client) block(keys [][]byte, timeout time.Duration, serve func(key []byte) bool, onTimeout func()) {
	if c.executing {
		onTimeout()
		return
	}
	b := c.b
	if b.held > b.cfg.MaxMemory { // keys may fill the memory: who waits may be who empties it
		c.errorText(errMemory)
		return
	}
	w := &waiter{c: c, serve: serve, onTimeout: onTimeout}
	if timeout > 0 {
		w.deadline = time.Now().Add(timeout)
		c.conn.SetReadDeadline(w.deadline)
	}
	for _, key := range keys {
		p := place{c.db, string(key)}
		a := b.audience(p)
		if last := len(a.waiters) - 1; last >= 0 && a.waiters[last] == w {
			continue // the key is named twice
		}
		w.places = append(w.places, p)
		a.waiters = append(a.waiters, w)
		b.held += p.cost()
	}
	b.waiting++
	c.parked = w
	c.waits = true
	if c.out != nil {
		c.hand()
	} else {
		c.before, c.replies = c.replies, c.before[:0]
		c.promised, c.promises = c.promises, c.promised[:0]
	}
}

// serveWaiting lets those who wait for changed keys try, also for the keys that
// this changes. Those who got something are woken by c when its pipeline is done.
func (b *Broker) serveWaiting(c *client) {
	for i := 0; i < len(b.changed); i++ {
		p := b.changed[i]
		a := b.audiences[p]
		if a == nil {
			continue
		}
		a.changed = false
		key := []byte(p.key)
		for i := 0; i < len(a.waiters); {
			w := a.waiters[i]
			if !w.answer(func() bool { return w.serve(key) }) {
				i++
				continue
			}
			b.unpark(w) // which takes it out of a
			c.woken = append(c.woken, w.c)
		}
	}
	clear(b.changed)
	b.changed = b.changed[:0]
}

// answer lets the waiter reply, and drops that when the client wants none.
func (w *waiter) answer(reply func() bool) bool {
	done := reply()
	if w.c.muted {
		w.c.replies = w.c.replies[:0]
	}
	return done
}

// unpark ends a wait. The client's goroutine finds out when it is woken.
func (b *Broker) unpark(w *waiter) {
	for _, p := range w.places {
		a := b.audiences[p]
		a.waiters = without(a.waiters, w)
		b.left(p, a)
	}
	b.waiting--
	w.c.parked = nil
}

// errAhead ends a client that does not wait for the command that waits for it.
var errAhead = errors.New(overAhead)

// wait returns once the client is no longer parked. It reads meanwhile, so that
// the end of the connection is noticed; what comes is for later. Who serves the
// client wakes it by a read deadline in the past.
func (c *client) wait() error {
	if err := c.flushBefore(); err != nil {
		return err
	}
	if c.rd.Size() > freeBurden {
		c.rd.Detach()
	}
	for {
		c.ahead = slices.Grow(c.ahead, 512)
		held := len(c.ahead)
		c.bear(0)
		n, err := c.conn.Read(c.ahead[held:cap(c.ahead)])
		c.ahead = c.ahead[:held+n]
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		if len(c.ahead) > 2*c.b.cfg.MaxBulk {
			c.reason = overAhead
			return errAhead
		}
		if !c.stillParked() {
			return nil
		}
	}
}

// flushBefore writes what was replied before the client was parked, and wakes
// whom its pipeline reached.
func (c *client) flushBefore() error {
	c.signalAll()
	if len(c.promised) > 0 {
		c.before = c.b.aof.keep(c.promised, c.before)
		c.promised = c.promised[:0]
	}
	if len(c.before) == 0 {
		return nil
	}
	c.bear(cap(c.before))
	err := c.direct.write(c.before)
	c.before = reuse(c.before)
	return err
}

// stillParked reports whether the wait goes on, after it has ended one that is
// over its time.
func (c *client) stillParked() bool {
	b := c.b
	b.mu.Lock()
	w := c.parked
	if w != nil && !w.deadline.IsZero() && !time.Now().Before(w.deadline) {
		b.unpark(w)
		served := len(c.woken)
		w.answer(func() bool { w.onTimeout(); return true })
		b.settle(c)
		b.promise(c, 0, served)
		w = c.parked
	}
	c.waits = w != nil
	var next time.Time
	if c.waits {
		next = w.deadline
	} else {
		c.armed = false
	}
	c.conn.SetReadDeadline(next)
	b.mu.Unlock()
	return c.waits
}

// parseTimeout reads the timeout of a blocking command, in seconds with a
// fraction, or replies the error.
func (c *client) parseTimeout(arg []byte) (time.Duration, bool) {
	seconds, _, ok := parseFloat(string(arg))
	if !ok {
		c.errorText("ERR timeout is not a float or out of range")
		return 0, false
	}
	ms := math.Ceil(seconds * 1000)
	if ms < 0 || ms >= math.MaxInt64 { // Redis' number overflows
		c.errorText("ERR timeout is negative")
		return 0, false
	}
	const longest = math.MaxInt64 / time.Millisecond
	return time.Duration(min(int64(ms), int64(longest))) * time.Millisecond, true
}

// parseWait reads a timeout in milliseconds, or replies the error.
func (c *client) parseWait(arg []byte) (time.Duration, bool) {
	n, ok := resp.ParseInt(arg)
	switch {
	case !ok:
		c.errorText("ERR timeout is not an integer or out of range")
	case n < 0:
		c.errorText("ERR timeout is negative")
	default:
		return time.Duration(min(n, math.MaxInt64/int64(time.Millisecond))) * time.Millisecond, true
	}
	return 0, false
}
