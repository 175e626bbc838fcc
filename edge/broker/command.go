package broker

import (
	"strings"
)

// command is one entry of the table that dispatches and that COMMAND tells.
type command struct {
	name  string                  // lower case; of a subcommand with its parent: "client|id"
	run   func(*client, [][]byte) // nil: a container that only its subcommands run
	group group
	arity int8 // arguments with the name; negative: at least so many
	keys  keySpec
	flags flag
}

// group is what COMMAND DOCS calls it.
type group uint8

const (
	connections group = 1 + iota
	pubsubs
	generic
	texts
	lists
	hashes
	sets
	sortedSets
	streams
	transactions
	scripting
	server
)

var groupNames = [...]string{
	"", "connection", "pubsub", "generic", "string", "list", "hash", "set", "sorted-set", "stream",
	"transactions", "scripting", "server",
}

// kind is what TYPE calls the values of the group.
func (g group) kind() string {
	if g == sortedSets {
		return "zset"
	}
	return groupNames[g]
}

type flag uint64

// In Redis' order, as COMMAND tells them.
const (
	write flag = 1 << iota
	readonly
	denyoom
	admin
	pubSub
	noscript
	blocking
	loading
	stale
	skipMonitor
	skipSlowlog
	fast
	noAuth
	noMandatoryKeys
	noMulti
	movable
	allowBusy

	// Not told.
	dangerous
	keyspace
	whileSubscribed // RESP2 allows it in subscribed mode
	atOnce          // not queued after MULTI
	container       // has subcommands
	connecting      // is of ACL's connection category, though not of that group

	// What is done with the keys, unless they are read by what is readonly and
	// written to by what writes.
	untouched // neither: only whether they are there, or how large
	updates   // read and written to
	moves     // the first read and written to, the others written to
	copies    // the first read, the others written to
	gathers   // the first written to, the others read

	// How commands differ that are run by one function.
	left       // at that end of a list, or of a sorted set
	create     // the key, if need be
	ifNew      // not if a key is there already
	everywhere // in all databases
	silent     // replies OK rather than a count
	names      // of elements are replied
	values     // of elements are
	negative   // takes away
	millis     // times are in milliseconds, not in seconds
	absolute   // times are of the wall clock, not from now
	unites     // what is in any set
	intersects // what is in all sets
	counts     // replies only how many there are
	reverse    // from the end
	byScore    // bounds are scores
	byName     // bounds are members
	optional   // options say from where, and what bounds are
	ofGroup    // as one of a group of consumers
	sharded    // channels of sharded publish and subscribe
	patterned  // patterns of channels
)

var flagNames = [...]string{
	"write", "readonly", "denyoom", "admin", "pubsub", "noscript", "blocking",
	"loading", "stale", "skip_monitor", "skip_slowlog", "fast", "no_auth",
	"no_mandatory_keys", "no_multi", "movablekeys", "allow_busy",
}

func (f flag) names() (names []string) {
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// is reports whether the command at hand is one of those.
func (c *client) is(f flag) bool { return c.last.flags&f != 0 }

func (cmd *command) fits(args int) bool {
	arity := int(cmd.arity)
	return args == arity || arity < 0 && args >= -arity
}

// reapPerWrite is how many keys that are due one writing command removes.
const reapPerWrite = 16

// run executes one command and appends its reply.
func (b *Broker) run(c *client, args [][]byte) {
	b.mu.Lock()
	b.stats.Commands++
	before, served := len(c.replies), len(c.woken)
	c.handed = false
	if cmd := c.check(args); cmd == nil {
		c.failTransaction(args[0], before)
	} else {
		c.perform(cmd, args)
	}
	b.settle(c)
	if c.muted {
		if c.handed {
			before = 0 // what it published to itself took along the replies so far
		}
		c.replies = c.replies[:min(before, len(c.replies))]
	}
	b.promise(c, before, served)
	if len(c.replies) > 2*b.cfg.MaxMemory {
		c.replies = nil
		c.cut(overReply)
	}
	b.mu.Unlock()
}

// perform runs a command, or keeps it for EXEC.
func (c *client) perform(cmd *command, args [][]byte) {
	if c.multi != nil && cmd.flags&atOnce == 0 {
		c.queue(cmd, args)
		return
	}
	if cmd.flags&blocking != 0 && c.rd.Size() > freeBurden {
		args, _ = copied(args) // a large buffer is not kept while it waits
	}
	c.execute(cmd, args)
}

// check returns the command to run, or replies why there is none.
func (c *client) check(args [][]byte) *command {
	b := c.b
	cmd, ok := b.find(args)
	switch {
	case cmd == nil:
		c.unknown(args)
	case !ok:
		c.errorf("ERR unknown subcommand '%s'. Try %s HELP.", cString(args[1], 128), strings.ToUpper(cmd.name))
	case !cmd.fits(len(args)) || cmd.run == nil:
		c.wrongArity(cmd)
	case !c.authenticated() && cmd.flags&noAuth == 0:
		c.errorText(errAuth)
	case c.multi != nil && cmd.flags&noMulti != 0:
		c.errorText("ERR Command not allowed inside a transaction")
	case !c.user.full && c.forbidden(cmd, args): // replied
	case (cmd.flags&denyoom != 0 || c.multi != nil && cmd.flags&atOnce == 0) && b.full(args):
		c.errorText(errMemory)
	case b.aof.refuses(cmd, args):
		c.errorText(misconf(b.aof.failure))
	case c.monitors && cmd.flags&(readonly|write) != 0:
		c.errorText("ERR Replica can't interact with the keyspace")
	case c.subscribed() && cmd.flags&whileSubscribed == 0:
		c.errorf("ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context", cmd.name)
	default:
		if cmd.flags&write != 0 {
			b.store.reap(c.db, reapPerWrite)
		}
		return cmd
	}
	return nil
}

// find looks a command up, and its subcommand if it has some; false means that
// only the container was found.
func (b *Broker) find(args [][]byte) (cmd *command, ok bool) {
	var lower [64]byte
	name := appendLower(lower[:0], args[0])
	cmd = b.table.commands[string(name)]
	if cmd == nil || cmd.flags&container == 0 || len(args) == 1 {
		return cmd, true
	}
	name = appendLower(append(name, '|'), args[1])
	if sub := b.table.subs[string(name)]; sub != nil {
		return sub, true
	}
	return cmd, false
}

// appendLower appends b in lower case; what is longer than any command is cut.
func appendLower(dst, b []byte) []byte {
	for _, c := range b[:min(len(b), cap(dst)-len(dst))] {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

//go:noinline
func (c *client) wrongArity(cmd *command) {
	c.errorf("ERR wrong number of arguments for '%s' command", cmd.name)
}

func (c *client) unknown(args [][]byte) {
	shown := ""
	for _, a := range args[1:] {
		if room := 128 - len(shown); room > 0 {
			shown += "'" + cString(a, room) + "' "
		}
	}
	c.errorText("ERR unknown command '" + cString(args[0], 128) + "', with args beginning with: " + shown)
}

// cString is what %.*s prints of b: at most limit bytes, up to a zero.
func cString(b []byte, limit int) string {
	s, _, _ := strings.Cut(string(b[:min(len(b), limit)]), "\x00")
	return s
}
