package broker

import (
	"slices"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// pause is CLIENT PAUSE. Commands that come while it lasts wait for its end.
type pause struct {
	until time.Time
	all   bool // every command waits, not only those that write or publish
}

// paused reports whether a command must wait, and how long.
func (c *client) paused(cmd *command) (time.Duration, bool) {
	p := &c.b.pause
	if p.until.IsZero() || cmd.name == "client|unpause" || !p.all && !c.changes(cmd) {
		return 0, false
	}
	left := time.Until(p.until)
	if left <= 0 {
		p.until = time.Time{}
	}
	return left, left > 0
}

// changes reports whether a command may change something or tell someone.
func (c *client) changes(cmd *command) bool {
	if cmd.name == "exec" && c.multi != nil {
		return slices.ContainsFunc(c.multi.queue, func(q queued) bool { return c.changes(q.cmd) })
	}
	return cmd.flags&write != 0 || cmd.name == "publish" || cmd.name == "spublish"
}

// hold parks the client until the pause is over, and runs the command then.
func (c *client) hold(cmd *command, args [][]byte, left time.Duration) {
	c.block(nil, left, nil, func() { c.perform(cmd, args) })
}

func clientPause(c *client, args [][]byte) {
	switch {
	case len(args) > 4:
		c.wrongSubcommand("CLIENT", args)
		return
	case len(args) == 4 && !isWord(args[3], "ALL") && !isWord(args[3], "WRITE"):
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
	c.b.pause.until = time.Time{}
	for _, o := range c.b.clients {
		if w := o.parked; w != nil && len(w.places) == 0 {
			w.deadline = time.Now() // it finds out when it is woken
			c.woken = append(c.woken, o)
		}
	}
	c.ok()
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
	id, ok := resp.ParseInt(args[2])
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
	w := o.parked
	c.b.unpark(w)
	w.answer(func() bool { reply(); return true })
	c.woken = append(c.woken, o)
	c.int(1)
}
