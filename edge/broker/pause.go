package broker

import (
	"slices"
	"strings"
	"time"
)

// pause is CLIENT PAUSE. Commands that come while it lasts wait for its end.
type pause struct {
	until   time.Time
	all     bool // every command waits, not only those that write
	waiters []*waiter
}

// holds reports whether a command must wait, and how long.
func (p *pause) holds(cmd *command) (time.Duration, bool) {
	if p.until.IsZero() || cmd.name == "client|unpause" || !p.all && cmd.flags&write == 0 && !strings.HasSuffix(cmd.name, "publish") {
		return 0, false
	}
	left := time.Until(p.until)
	if left <= 0 {
		p.until = time.Time{}
	}
	return left, left > 0
}

// hold parks the client until the pause is over, and runs the command then.
func (c *client) hold(cmd *command, args [][]byte, left time.Duration) {
	p := &c.b.pause
	c.block(nil, left, nil, func() {
		p.waiters = slices.DeleteFunc(p.waiters, func(w *waiter) bool { return w.c == c })
		c.perform(cmd, args)
	})
	p.waiters = append(p.waiters, c.parked)
}

func clientPause(c *client, args [][]byte) {
	switch {
	case len(args) > 4:
		c.wrongSubcommand("CLIENT", args)
		return
	case len(args) == 4 && !isWord(args[3], "ALL", "WRITE"):
		c.errorText("ERR CLIENT PAUSE mode must be WRITE or ALL")
		return
	}
	ms, ok := c.parseWait(args[2])
	if !ok {
		return
	}
	p := &c.b.pause
	if until := time.Now().Add(ms); until.After(p.until) {
		p.until = until
	}
	p.all = len(args) == 3 || isWord(args[3], "ALL")
	c.ok()
}

func clientUnpause(c *client, _ [][]byte) {
	p := &c.b.pause
	p.until = time.Time{}
	for _, w := range slices.Clone(p.waiters) {
		c.dismiss(w, w.onTimeout)
	}
	c.ok()
}

// dismiss ends another client's wait with what reply does, and wakes it when the
// pipeline of c is done.
func (c *client) dismiss(w *waiter, reply func()) {
	c.b.unpark(w)
	w.answer(func() bool { reply(); return true })
	c.woken = append(c.woken, w.c)
}

func clientUnblock(c *client, args [][]byte) {
	asError := len(args) == 4 && isWord(args[3], "ERROR")
	switch {
	case len(args) > 4:
		c.wrongSubcommand("CLIENT", args)
		return
	case len(args) == 4 && !asError && !isWord(args[3], "TIMEOUT"):
		c.errorText("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
		return
	}
	id, ok := parseInt(args[2])
	if !ok {
		c.errorText(errNotInt)
		return
	}
	o := c.b.clients[id]
	if o == nil || o.parked == nil || len(o.parked.places) == 0 {
		c.int(0)
		return
	}
	reply := o.parked.onTimeout
	if asError {
		reply = func() { o.errorText("UNBLOCKED client unblocked via CLIENT UNBLOCK") }
	}
	c.dismiss(o.parked, reply)
	c.int(1)
}
