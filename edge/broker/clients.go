package broker

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

const errName = "ERR Client names cannot contain spaces, newlines or special characters."

// isName reports whether b is printable and without blanks, so that CLIENT LIST
// stays readable, and not so long that names take memory to speak of.
func isName(b []byte) bool {
	const longest = 1024
	return len(b) <= longest && !slices.ContainsFunc(b, func(c byte) bool { return c < '!' || c > '~' })
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

// clientSetInfo is of Redis 7.2; client libraries send it on connecting.
func clientSetInfo(c *client, args [][]byte) {
	attribute := strings.ToLower(string(args[2]))
	switch {
	case attribute != "lib-name" && attribute != "lib-ver":
		c.errorf("ERR Unrecognized option '%s'", cString(args[2], 128))
	case !isName(args[3]):
		c.errorf("ERR %s cannot contain spaces, newlines or special characters.", attribute)
	case attribute == "lib-name":
		c.library[0] = string(args[3])
		c.ok()
	default:
		c.library[1] = string(args[3])
		c.ok()
	}
}

func clientID(c *client, _ [][]byte) { c.int64(c.id) }

func clientInfo(c *client, _ [][]byte) { c.verbatim(c.describe() + "\n") }

func clientNoEvict(c *client, args [][]byte) {
	if on, ok := c.choose(args[2], "ON", "OFF"); ok {
		c.noEvict = on // nothing is ever evicted here
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
	var list []*client
	switch {
	case len(args) == 2:
		list = c.b.sorted()
	case len(args) == 4 && isWord(args[2], "TYPE"):
		kind, ok := c.parseType(args[3])
		if !ok {
			return
		}
		for _, o := range c.b.sorted() {
			if o.kind() == kind {
				list = append(list, o)
			}
		}
	case len(args) > 3 && isWord(args[2], "ID"):
		for _, a := range args[3:] {
			id, ok := resp.ParseInt(a)
			if !ok {
				c.errorText("ERR Invalid client ID")
				return
			}
			if o := c.b.clients[id]; o != nil {
				list = append(list, o)
			}
		}
	default:
		c.errorText(errSyntax)
		return
	}
	var text strings.Builder
	for _, o := range list {
		text.WriteString(o.describe())
		text.WriteByte('\n')
	}
	c.verbatim(text.String())
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

func (c *client) parseType(b []byte) (string, bool) {
	switch kind := strings.ToLower(string(b)); kind {
	case "normal", "pubsub", "master", "replica":
		return kind, true
	case "slave":
		return "replica", true
	}
	c.errorf("ERR Unknown client type '%s'", cString(b, len(b)))
	return "", false
}

// describe is one line of CLIENT LIST.
func (c *client) describe() string {
	now := time.Now()
	active := time.Duration(c.active.Load())
	flags := ""
	if c.monitors {
		flags += "O"
	}
	if c.kind() == "pubsub" {
		flags += "P"
	}
	queued := -1
	if c.multi != nil {
		flags += "x"
		queued = len(c.multi.queue)
	}
	if c.parked != nil {
		flags += "b"
	}
	if c.spoiled {
		flags += "d"
	}
	if c.conn.LocalAddr().Network() == "unix" {
		flags += "U"
	}
	if c.noEvict {
		flags += "e"
	}
	if flags == "" {
		flags = "N"
	}
	last := "NULL"
	if c.last != nil {
		last = c.last.name
	}
	frames, waiting := 0, 0
	if c.out != nil {
		frames, waiting = c.out.backlog()
	}
	return fmt.Sprintf("id=%d addr=%s laddr=%s fd=%d name=%s age=%d idle=%d flags=%s db=%d sub=%d psub=%d ssub=%d multi=%d"+
		" qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=%d omem=%d tot-mem=%d"+
		" events=r cmd=%s user=%s redir=-1 resp=%d",
		c.id, remote(c.conn), local(c.conn), -1, c.name, int(now.Sub(c.born).Seconds()),
		int((now.Sub(c.b.start) - active).Seconds()), flags, c.db, len(c.topics[channels]), len(c.topics[patterns]), len(c.topics[shards]), queued,
		frames, waiting, waiting, last, c.user.name, c.proto)
}
