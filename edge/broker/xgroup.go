package broker

import (
	"strings"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// groupOptions are what XGROUP CREATE and SETID say behind the ID.
type groupOptions struct {
	make bool
	read int64
}

func (c *client) parseGroupOptions(args [][]byte, create bool) (g groupOptions, ok bool) {
	g.read = stream.Unknown
	o := options{c: c, rest: args[5:]}
	for o.more() {
		switch {
		case create && o.take("MKSTREAM", 0):
			g.make = true
		case o.take("ENTRIESREAD", 1):
			if g.read = o.number(errNotInt); g.read < stream.Unknown {
				o.fail("ERR value for ENTRIESREAD must be positive or -1")
			}
		default:
			c.subcommandSyntax(args)
			o.failed = true
		}
	}
	return g, !o.failed
}

// subcommandSyntax replies that a subcommand was called with the wrong words.
func (c *client) subcommandSyntax(args [][]byte) {
	c.errorf("ERR unknown subcommand or wrong number of arguments for '%s'. Try %s HELP.", cString(args[1], 128), strings.ToUpper(cString(args[0], 128)))
}

const errGroupKey = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically."

// groupOf returns what the subcommands of XGROUP need that are for a group that
// is there, or replies the error.
func (c *client) groupOf(args [][]byte) (l *log, g *stream.Group, e *entry, ok bool) {
	l, e, ok = held[*log](c, args[2])
	switch {
	case !ok:
		return
	case e == nil:
		c.errorText(errGroupKey)
	default:
		if g = l.Group(args[3]); g != nil {
			return l, g, e, true
		}
		c.noSuchGroup(args)
	}
	return l, nil, e, false
}

func (c *client) noSuchGroup(args [][]byte) {
	c.errorf("NOGROUP No such consumer group '%s' for key name '%s'", cString(args[3], len(args[3])), cString(args[2], len(args[2])))
}

func xgroupCreate(c *client, args [][]byte) {
	opts, ok := c.parseGroupOptions(args, true)
	if !ok {
		return
	}
	l, e, ok := held[*log](c, args[2])
	if !ok {
		return
	}
	if e == nil && !opts.make {
		c.errorText(errGroupKey)
		return
	}
	if len(args) > 8 {
		c.subcommandSyntax(args)
		return
	}
	var last stream.ID
	if string(args[4]) != "$" {
		if last, ok = c.parseID(args[4], 0); !ok {
			return
		}
	} else if e != nil {
		last = l.Last
	}
	made := e == nil
	if made {
		l = c.newLog()
		e = c.create(args[2], l)
	}
	g := l.CreateGroup(string(args[3]), last, opts.read)
	if g == nil {
		c.errorText("BUSYGROUP Consumer Group name already exists")
		return
	}
	c.effect("XGROUP CREATE", args[2], args[3]).id(last).words("MKSTREAM ENTRIESREAD").int(opts.read)
	if made {
		c.changed(e)
	} else {
		c.shifted(e)
	}
	c.ok()
}

func xgroupSetID(c *client, args [][]byte) {
	opts, ok := c.parseGroupOptions(args, false)
	if !ok {
		return
	}
	l, g, e, ok := c.groupOf(args)
	if !ok {
		return
	}
	if len(args) > 7 {
		c.subcommandSyntax(args)
		return
	}
	last := l.Last
	if string(args[4]) != "$" {
		if last, ok = c.parseSign(args[4], 0); !ok {
			return
		}
	}
	g.Last, g.Read = last, opts.read
	c.effect("XGROUP SETID", args[2]).progress(g)
	c.shifted(e)
	c.ok()
}

func xgroupDestroy(c *client, args [][]byte) {
	l, e, ok := held[*log](c, args[2])
	if !ok {
		return
	}
	if e == nil {
		c.errorText(errGroupKey)
		return
	}
	g := l.Group(args[3])
	if g == nil {
		c.int(0)
		return
	}
	l.DestroyGroup(g)
	c.shifted(e)
	c.b.ready(place{e.db, e.key}) // who waits for the group is told
	c.int(1)
}

func xgroupCreateConsumer(c *client, args [][]byte) {
	l, g, e, ok := c.groupOf(args)
	if !ok {
		return
	}
	if g.CreateConsumer(string(args[4]), l.clock.now()) == nil {
		c.int(0)
		return
	}
	c.shifted(e)
	c.int(1)
}

func xgroupDelConsumer(c *client, args [][]byte) {
	_, g, e, ok := c.groupOf(args)
	if !ok {
		return
	}
	consumer := g.Consumer(args[4])
	if consumer == nil {
		c.int(0)
		return
	}
	pending := consumer.Pending.Len()
	g.DeleteConsumer(consumer)
	c.shifted(e)
	c.int(pending)
}
