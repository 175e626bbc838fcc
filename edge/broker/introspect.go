package broker

import (
	"strconv"
	"time"
)

// now is TIME.
func now(c *client, _ [][]byte) {
	t := time.Now()
	c.array(2)
	c.bulk(strconv.FormatInt(t.Unix(), 10))
	c.bulk(strconv.Itoa(t.Nanosecond() / 1000))
}

func commandCount(c *client, _ [][]byte) { c.int(len(c.b.table.commands)) }

func commandAll(c *client, _ [][]byte) { c.tellAll(c.b.table.parts(nil)) }

func commandInfo(c *client, args [][]byte) {
	if len(args) == 2 {
		commandAll(c, args)
		return
	}
	c.array(len(args[2:]))
	for _, name := range args[2:] {
		if cmd := c.b.table.named(string(name)); cmd != nil {
			c.tell(cmd)
		} else {
			c.null()
		}
	}
}

func (c *client) tellAll(cmds []*command) {
	c.array(len(cmds))
	for _, cmd := range cmds {
		c.tell(cmd)
	}
}

// tell describes a command as COMMAND does.
func (c *client) tell(cmd *command) {
	c.array(10)
	c.bulk(cmd.name)
	c.int(int(cmd.arity))
	c.simples(cmd.flags.names())
	c.int(int(cmd.keys.first))
	c.int(int(cmd.keys.last))
	c.int(int(cmd.keys.step))
	c.simples(cmd.categories())
	c.set(0) // tips
	c.set(0) // key specifications
	if cmd.flags&container == 0 {
		c.set(0)
		return
	}
	c.tellAll(c.b.table.parts(cmd))
}

func (c *client) simples(names []string) {
	c.set(len(names))
	for _, name := range names {
		c.simple(name)
	}
}
