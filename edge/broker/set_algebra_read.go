package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// read reads what a command is asked for, or replies the error.
func (q *combination) read(c *client, args [][]byte) bool {
	switch at := c.last.keys.countAt; {
	case at > 0:
		return q.readCounted(c, args[at:])
	case c.is(gathers):
		return q.look(c, args[2:])
	}
	return q.look(c, args[1:])
}

// look finds the sources. Those of sets are sets only.
func (q *combination) look(c *client, keys [][]byte) bool {
	for i, key := range keys {
		s := &source{&noMembers, 1, i}
		if e := c.look(key); e != nil {
			var ok bool
			if s.is, ok = e.value.(scores); !ok || c.last.group == sets && groupOf(e.value) != sets {
				c.errorText(errWrongType)
				return false
			}
		}
		q.sources = append(q.sources, s)
	}
	return true
}

// readCounted reads the number of keys, the keys, and options. As in Redis, what is
// for sorted sets looks its keys up before it reads the options.
func (q *combination) readCounted(c *client, args [][]byte) bool {
	n, ok := resp.ParseInt(args[0])
	args = args[1:]
	ofSets := c.last.group == sets
	switch {
	case ofSets && (!ok || n < 1):
		c.errorText("ERR numkeys should be greater than 0")
		return false
	case ofSets && n > int64(len(args)):
		c.errorText("ERR Number of keys can't be greater than number of args")
		return false
	case !ok:
		c.errorText(errNotInt)
		return false
	case n < 1:
		c.errorf("ERR at least 1 input key is needed for '%s' command", c.last.name)
		return false
	case n > int64(len(args)):
		c.errorText(errSyntax)
		return false
	case !ofSets && !q.look(c, args[:n]):
		return false
	}
	counts := c.is(counts)
	weighs := c.is(unites|intersects) && !counts
	o := options{c: c, rest: args[n:]}
	for o.more() {
		switch {
		case weighs && o.take("WEIGHTS", int(n)):
			for _, s := range q.sources {
				s.weight = o.float("ERR weight value is not a float")
			}
		case weighs && o.take("AGGREGATE", 1):
			word := o.value()
			q.least, q.most = isWord(word, "MIN"), isWord(word, "MAX")
			if !q.least && !q.most && !isWord(word, "SUM") {
				o.fail(errSyntax)
			}
		case counts && o.take("LIMIT", 1):
			q.limit = int(min(o.natural("ERR LIMIT can't be negative"), math.MaxInt))
		case !counts && !c.is(gathers) && o.take("WITHSCORES", 0):
			q.withScores = true
		default:
			o.fail(errSyntax)
		}
	}
	return !o.failed && (!ofSets || q.look(c, args[:n]))
}
