package broker

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

const errName = "ERR Client names cannot contain spaces, newlines or special characters."

// isName reports whether b is printable and without blanks, so that CLIENT LIST
// stays readable, and not so long that names take memory to speak of.
func isName(b []byte) bool {
	const longest = 1024
	for _, c := range b {
		if c < '!' || c > '~' {
			return false
		}
	}
	return len(b) <= longest
}

func clientSetName(c *client, args [][]byte) {
	if !isName(args[2]) {
		c.errorText(errName)
		return
	}
	c.name = string(args[2])
	c.ok()
}

func clientGetName(c *client, _ [][]byte) {
	if c.name == "" {
		c.null()
		return
	}
	c.bulk(c.name)
}

// clientSetInfo is of Redis 7.2; client libraries send it on connecting. Nobody
// asks for what they say.
func clientSetInfo(c *client, args [][]byte) {
	for _, attribute := range [...]string{"lib-name", "lib-ver"} {
		switch {
		case !isWord(args[2], attribute):
			continue
		case isName(args[3]):
			c.ok()
		default:
			c.errorText("ERR " + attribute + " cannot contain spaces, newlines or special characters.")
		}
		return
	}
	c.errorAbout("ERR Unrecognized option", args[2])
}

func clientID(c *client, _ [][]byte) { c.int64(c.id) }

func clientInfo(c *client, _ [][]byte) { c.verbatim(string(c.appendLine(nil))) }

func clientNoEvict(c *client, args [][]byte) {
	if on, ok := c.choose(args[2], "ON", "OFF"); ok {
		c.noEvict = on // for CLIENT LIST: who holds too much is cut all the same
		c.ok()
	}
}

func clientReply(c *client, args [][]byte) {
	if on, ok := c.choose(args[2], "ON", "OFF"); ok {
		c.muted = !on
		c.ok()
	}
}

func clientList(c *client, args [][]byte) {
	var text []byte
	kind, ok := "", true
	switch {
	case len(args) == 2:
	case len(args) == 4 && isWord(args[2], "TYPE"):
		if kind, ok = c.parseType(args[3]); !ok {
			return
		}
	case len(args) > 3 && isWord(args[2], "ID"):
		for _, a := range args[3:] {
			id, ok := resp.ParseInt(a)
			if !ok {
				c.errorText("ERR Invalid client ID")
				return
			}
			if o := c.b.clients[id]; o != nil {
				text = o.appendLine(text)
			}
		}
		c.verbatim(string(text))
		return
	default:
		c.errorText(errSyntax)
		return
	}
	for _, o := range c.b.sorted() {
		if kind == "" || kind == o.kind() {
			text = o.appendLine(text)
		}
	}
	c.verbatim(string(text))
}

// sorted returns the clients, the oldest first.
func (b *Broker) sorted() []*client {
	all := make([]*client, 0, len(b.clients))
	for _, c := range b.clients {
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y *client) int { return cmp.Compare(x.id, y.id) })
	return all
}

// kind is the client's type, as CLIENT LIST TYPE wants it.
func (c *client) kind() string {
	if c.subscriptions() > 0 {
		return "pubsub"
	}
	return "normal"
}

func (c *client) parseType(b []byte) (kind string, ok bool) {
	for _, kind := range [...]string{"normal", "pubsub", "master", "replica", "slave"} {
		if isWord(b, kind) {
			return kind, true
		}
	}
	c.errorAbout("ERR Unknown client type", b)
	return "", false
}

// appendLine appends one line of CLIENT LIST.
func (c *client) appendLine(dst []byte) []byte {
	flags := ""
	for i, is := range [...]bool{
		c.monitors,
		c.subscriptions() > 0,
		c.multi != nil,
		c.parked != nil,
		c.spoiled,
		c.conn.LocalAddr().Network() == "unix",
		c.noEvict,
	} {
		if is {
			flags += "OPxbdUe"[i : i+1]
		}
	}
	queued := -1
	if c.multi != nil {
		queued = len(c.multi.queue)
	}
	last := "NULL"
	if c.last != nil {
		last = c.last.name
	}
	frames, waiting := 0, 0
	if c.out != nil {
		frames, waiting = c.out.backlog()
	}
	now := time.Since(c.b.start)
	return fmt.Appendf(dst, "id=%d addr=%s laddr=%s fd=-1 name=%s age=%d idle=%d flags=%s db=%d sub=%d psub=%d ssub=%d multi=%d"+
		" qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=%d omem=%d tot-mem=%d"+
		" events=r cmd=%s user=%s redir=-1 resp=%d\n",
		c.id, remote(c.conn), local(c.conn), c.name, time.Since(c.born)/time.Second,
		(now-time.Duration(c.active.Load()))/time.Second, cmp.Or(flags, "N"), c.db, len(c.topics[channels]), len(c.topics[patterns]), len(c.topics[shards]), queued,
		frames, waiting, waiting, last, c.user.name, c.proto)
}
