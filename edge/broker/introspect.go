package broker

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// now is TIME.
func now(c *client, _ [][]byte) {
	t := time.Now()
	c.array(2)
	c.bulk(strconv.FormatInt(t.Unix(), 10))
	c.bulk(strconv.Itoa(t.Nanosecond() / 1000))
}

// names returns the commands, sorted.
func (b *Broker) names() []string { return slices.Sorted(maps.Keys(b.commands)) }

func commandCount(c *client, _ [][]byte) { c.int(len(c.b.commands)) }

func commandAll(c *client, _ [][]byte) {
	c.array(len(c.b.commands))
	for _, name := range c.b.names() {
		c.tell(c.b.commands[name])
	}
}

func commandInfo(c *client, args [][]byte) {
	if len(args) == 2 {
		commandAll(c, args)
		return
	}
	c.array(len(args[2:]))
	for _, name := range args[2:] {
		if cmd := c.b.named(name); cmd != nil {
			c.tell(cmd)
		} else {
			c.null()
		}
	}
}

// named finds a command, or a subcommand by "parent|name".
func (b *Broker) named(name []byte) *command {
	parent, sub, ok := strings.Cut(string(name), "|")
	args := [][]byte{[]byte(parent)}
	if ok {
		args = append(args, []byte(sub))
	}
	cmd, found := b.find(args)
	if !found || cmd == nil || ok && cmd.subs != nil {
		return nil
	}
	return cmd
}

// tell describes a command as COMMAND does.
func (c *client) tell(cmd *command) {
	c.array(10)
	c.bulk(cmd.name)
	c.int(cmd.arity)
	c.simples(cmd.flags.names())
	for _, n := range cmd.keys {
		c.int(n)
	}
	c.simples(cmd.categories())
	c.set(0) // tips
	c.set(0) // key specifications
	if cmd.subs == nil {
		c.set(0)
		return
	}
	c.array(len(cmd.subs))
	for _, sub := range cmd.subs {
		c.tell(sub)
	}
}

func (c *client) simples(names []string) {
	c.set(len(names))
	for _, name := range names {
		c.simple(name)
	}
}

// categories are the ACL categories that follow from flags and group, in Redis'
// order.
func (cmd *command) categories() (names []string) {
	for _, cat := range []struct {
		name string
		in   bool
	}{
		{"@keyspace", cmd.flags&keyspace != 0},
		{"@read", cmd.flags&readonly != 0},
		{"@write", cmd.flags&write != 0},
		{"@set", cmd.group == "set"},
		{"@sortedset", cmd.group == "sorted-set"},
		{"@list", cmd.group == "list"},
		{"@hash", cmd.group == "hash"},
		{"@string", cmd.group == "string"},
		{"@stream", cmd.group == "stream" && cmd.subs == nil},
		{"@pubsub", cmd.flags&pubSub != 0},
		{"@admin", cmd.flags&admin != 0},
		{"@fast", cmd.flags&fast != 0},
		{"@slow", cmd.flags&fast == 0},
		{"@blocking", cmd.flags&blocking != 0},
		{"@dangerous", cmd.flags&dangerous != 0},
		{"@connection", cmd.group == "connection" && cmd.subs == nil || cmd.name == "wait" || strings.HasPrefix(cmd.name, "command")},
		{"@transaction", cmd.group == "transactions"},
		{"@scripting", cmd.group == "scripting" && cmd.subs == nil},
	} {
		if cat.in {
			names = append(names, cat.name)
		}
	}
	return names
}

func commandDocs(c *client, args [][]byte) {
	var cmds []*command
	for _, name := range args[2:] {
		if cmd := c.b.named(name); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	if len(args) == 2 {
		for _, name := range c.b.names() {
			cmds = append(cmds, c.b.commands[name])
		}
	}
	c.docs(cmds)
}

func (c *client) docs(cmds []*command) {
	c.mapping(len(cmds))
	for _, cmd := range cmds {
		c.bulk(cmd.name)
		fields := 3
		if cmd.subs != nil {
			fields++
		}
		c.mapping(fields)
		c.field("summary", cmd.summary)
		c.field("since", cmd.since)
		c.field("group", cmd.group)
		if cmd.subs != nil {
			c.bulk("subcommands")
			c.docs(cmd.subs)
		}
	}
}

func commandList(c *client, args [][]byte) {
	keep := func(string) bool { return true }
	switch {
	case len(args) == 2:
	case len(args) == 5 && isWord(args[2], "FILTERBY") && isWord(args[3], "PATTERN"):
		pattern := strings.ToLower(string(args[4]))
		keep = func(name string) bool { return match(pattern, name) }
	case len(args) == 5 && isWord(args[2], "FILTERBY") && isWord(args[3], "ACLCAT"):
		category := "@" + strings.ToLower(string(args[4]))
		keep = func(name string) bool { return slices.Contains(c.b.commands[name].categories(), category) }
	case len(args) == 5 && isWord(args[2], "FILTERBY") && isWord(args[3], "MODULE"):
		keep = func(string) bool { return false }
	default:
		c.errorText(errSyntax)
		return
	}
	names := slices.DeleteFunc(c.b.names(), func(name string) bool { return !keep(name) })
	c.array(len(names))
	for _, name := range names {
		c.bulk(name)
	}
}
