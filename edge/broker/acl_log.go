package broker

import (
	"slices"
	"time"
)

// denial is one line of ACL LOG: what was refused, as often as it was within a
// minute.
type denial struct {
	reason, context, object, user string
	client                        string
	count                         int
	last                          time.Time
}

// What ACL LOG keeps, and how far back it looks for the same.
const (
	maxDenied    = 128
	sameDenied   = 10
	deniedWithin = time.Minute
)

// noteDenied keeps what was refused for ACL LOG.
func (c *client) noteDenied(reason, object, user string) {
	d := &denial{
		reason: reason, context: "toplevel", object: object[:min(len(object), maxShownArg)], user: user[:min(len(user), maxShownArg)],
		client: c.describe(), count: 1, last: time.Now(),
	}
	if c.multi != nil || c.executing {
		d.context = "multi"
	}
	list := c.b.users.denied
	for i := len(list) - 1; i >= max(len(list)-sameDenied, 0); i-- {
		if o := list[i]; o.isLike(d) && d.last.Sub(o.last) <= deniedWithin {
			d.count += o.count
			list = slices.Delete(list, i, i+1)
			break
		}
	}
	list = append(list, d)
	if len(list) > maxDenied {
		list = slices.Delete(list, 0, 1)
	}
	c.b.users.denied = list
}

func (d *denial) isLike(o *denial) bool {
	return o.reason == d.reason && o.context == d.context && o.object == d.object && o.user == d.user
}

func aclLog(c *client, args [][]byte) {
	most := int64(10)
	switch {
	case len(args) > 3:
		c.wrongSubcommand("ACL", args)
		return
	case len(args) == 3 && isWord(args[2], "RESET"):
		c.b.users.denied = nil
		c.ok()
		return
	case len(args) == 3:
		var ok bool
		if most, ok = c.parseNumber(args[2], errNotInt); !ok {
			return
		}
	}
	list := c.b.users.denied
	n := min(max(most, 0), int64(len(list)))
	c.array(int(n))
	for _, d := range slices.Backward(list[int64(len(list))-n:]) {
		c.mapping(7)
		c.bulk("count")
		c.int(d.count)
		c.field("reason", d.reason)
		c.field("context", d.context)
		c.field("object", d.object)
		c.field("username", d.user)
		c.bulk("age-seconds")
		c.double(float64(time.Since(d.last).Milliseconds()) / 1000)
		c.field("client-info", d.client)
	}
}
