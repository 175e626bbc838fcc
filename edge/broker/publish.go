package broker

import "slices"

// publish is PUBLISH and SPUBLISH.
func publish(c *client, args [][]byte) {
	switch {
	case !c.mayPublish(args):
	case c.is(sharded):
		c.int(c.publishShard(args[1], args[2]))
	default:
		c.int(c.publish(args[1], args[2]))
	}
}

func (c *client) mayPublish(args [][]byte) bool {
	size, limit := len(args[1])+len(args[2]), c.b.cfg.HardOutput/2
	if size > limit {
		c.errorf("ERR message of %d bytes is larger than half the hard output limit, %d bytes", size, limit)
	}
	return size <= limit
}

// pubsubChannels is PUBSUB CHANNELS and SHARDCHANNELS.
func pubsubChannels(c *client, args [][]byte) {
	if len(args) > 3 {
		c.wrongSubcommand("PUBSUB", args)
		return
	}
	var names []string
	for name := range c.b.pubsub.topics[c.family()] {
		if len(args) < 3 || match(string(args[2]), []byte(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	c.bulks(names)
}

// wrongSubcommand is the error for too many arguments of some subcommands.
func (c *client) wrongSubcommand(container string, args [][]byte) {
	c.errorf("ERR unknown subcommand or wrong number of arguments for '%s'. Try %s HELP.", cString(args[1], 128), container)
}

// pubsubNumSub is PUBSUB NUMSUB and SHARDNUMSUB.
func pubsubNumSub(c *client, args [][]byte) {
	names := args[2:]
	c.array(2 * len(names))
	for _, name := range names {
		n := 0
		if t := c.b.pubsub.topics[c.family()][string(name)]; t != nil {
			n = len(t.subs)
		}
		c.bytes(name)
		c.int(n)
	}
}

func pubsubNumPat(c *client, _ [][]byte) { c.int(len(c.b.pubsub.patterns)) }
