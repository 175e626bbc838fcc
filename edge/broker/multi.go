package broker

import (
	"slices"
	"strings"
)

// transaction is what a client gathers between MULTI and EXEC.
type transaction struct {
	queue  []queued
	failed bool // a command could not be queued
	size   int  // what Broker.held counts for it
}

type queued struct {
	cmd  *command
	args [][]byte
}

// queuedCost is what a queued argument takes beyond its bytes, about.
const queuedCost = 64

func multi(c *client, _ [][]byte) {
	if c.multi != nil {
		c.errorText("ERR MULTI calls can not be nested")
		return
	}
	c.multi = new(transaction)
	c.ok()
}

// queue keeps a command for EXEC. Its arguments are on loan, so they are copied.
func (c *client) queue(cmd *command, args [][]byte) {
	own, size := copied(args)
	size += queuedCost * len(args)
	tx := c.multi
	tx.queue = append(tx.queue, queued{cmd, own})
	tx.size += size
	c.b.held += size
	c.simple("QUEUED")
}

// copied returns args in memory of their own, and their bytes.
//
//go:noinline
func copied(args [][]byte) (own [][]byte, size int) {
	for _, a := range args {
		size += len(a)
	}
	bytes := make([]byte, 0, size)
	own = make([][]byte, len(args))
	for i, a := range args {
		from := len(bytes)
		bytes = append(bytes, a...)
		own[i] = bytes[from:len(bytes):len(bytes)]
	}
	return own, size
}

// failTransaction notes that a command was refused, with the reply behind
// before. An EXEC that is refused ends the transaction.
func (c *client) failTransaction(name []byte, before int) {
	if isWord(name, "EXEC") {
		why := strings.TrimPrefix(string(c.replies[before+1:]), "ERR ")
		c.replies = c.replies[:before]
		c.errorText("EXECABORT Transaction discarded because of: " + strings.TrimSpace(why))
		c.endTransaction()
	} else if c.multi != nil {
		c.multi.failed = true
	}
}

// endTransaction forgets what was queued and what is watched.
func (c *client) endTransaction() {
	if c.multi != nil {
		c.b.held -= c.multi.size
		c.multi = nil
	}
	c.unwatch()
}

func discard(c *client, _ [][]byte) {
	if c.multi == nil {
		c.errorText("ERR DISCARD without MULTI")
		return
	}
	c.endTransaction()
	c.ok()
}

func exec(c *client, _ [][]byte) {
	tx := c.multi
	if tx == nil {
		c.errorText("ERR EXEC without MULTI")
		return
	}
	for _, p := range c.watching {
		c.b.store.get(p.db, []byte(p.key)) // which spoils it if its time has come
	}
	spoiled := c.spoiled
	c.endTransaction()
	switch {
	case tx.failed:
		c.errorText("EXECABORT Transaction discarded because of previous errors.")
		return
	case spoiled:
		c.nullArray()
		return
	}
	c.executing = true
	c.array(len(tx.queue))
	for _, q := range tx.queue {
		if !c.forbidden(q.cmd, q.args) {
			c.execute(q.cmd, q.args)
		}
	}
	c.executing = false
	c.sendLate()
	// What the commands did is noted; EXEC itself did nothing.
	c.b.effects.told = true
}

func watch(c *client, args [][]byte) {
	b := c.b
	if c.multi != nil {
		c.errorText("ERR WATCH inside MULTI is not allowed")
		return
	}
	if b.memory() > b.cfg.MaxMemory {
		c.errorText(errMemory)
		return
	}
	for _, key := range args[1:] {
		b.store.get(c.db, key) // one whose time has come is watched as gone
		p := place{c.db, string(key)}
		a := b.audience(p)
		if slices.Contains(a.watchers, c) {
			continue
		}
		a.watchers = append(a.watchers, c)
		c.watching = append(c.watching, p)
		b.held += p.cost()
	}
	c.ok()
}

func unwatch(c *client, _ [][]byte) {
	c.unwatch()
	c.ok()
}

func (c *client) unwatch() {
	b := c.b
	for _, p := range c.watching {
		a := b.audiences[p]
		a.watchers = without(a.watchers, c)
		b.left(p, a)
	}
	c.watching = nil
	c.spoiled = false
}
