package broker

import "math"

// zalgebra fills a new sorted set with what comes of several sources.
type zalgebra func(result *sorted, list []*source, join aggregate)

// What may stand behind the keys.
const (
	mayWeigh = 1 << iota // WEIGHTS and AGGREGATE
	mayScore             // WITHSCORES
	mayLimit             // LIMIT
)

func zunion(c *client, args [][]byte) { c.zcombine("zunion", args[1:], zunionOf, mayScore|mayWeigh) }
func zinter(c *client, args [][]byte) { c.zcombine("zinter", args[1:], zinterOf, mayScore|mayWeigh) }
func zdiff(c *client, args [][]byte)  { c.zcombine("zdiff", args[1:], zdiffOf, mayScore) }

func zunionStore(c *client, args [][]byte) { c.zcombineTo("zunionstore", args[1:], zunionOf, mayWeigh) }
func zinterStore(c *client, args [][]byte) { c.zcombineTo("zinterstore", args[1:], zinterOf, mayWeigh) }
func zdiffStore(c *client, args [][]byte)  { c.zcombineTo("zdiffstore", args[1:], zdiffOf, 0) }

// zcombine replies what comes of several keys.
func (c *client) zcombine(command string, args [][]byte, how zalgebra, may int) {
	q, ok := c.parseCombine(command, args, may)
	if !ok {
		return
	}
	result := new(sorted)
	result.Spread() // as in Redis, where a negative zero would otherwise be lost
	how(result, q.sources, q.join)
	n := result.Len()
	if q.withScores {
		c.pairList(n)
	} else {
		c.array(n)
	}
	for member, score := range result.From(0, false) {
		c.ranged(member, score, q.withScores)
	}
}

func (c *client) zcombineTo(command string, args [][]byte, how zalgebra, may int) {
	if q, ok := c.parseCombine(command, args[1:], may); ok {
		result := new(sorted)
		how(result, q.sources, q.join)
		c.putResult(args[0], result)
		c.int(result.Len())
	}
}

// combination is what ZUNION and its relatives are asked for.
type combination struct {
	sources    []*source
	join       aggregate
	withScores bool
	limit      int64
}

// parseCombine reads the number of keys, the keys, and options, or replies the
// error. As in Redis, the keys are looked up before the options are read.
func (c *client) parseCombine(command string, args [][]byte, may int) (q combination, ok bool) {
	n, ok := parseInt(args[0])
	switch {
	case !ok:
		c.errorText(errNotInt)
		return q, false
	case n < 1:
		c.errorf("ERR at least 1 input key is needed for '%s' command", command)
		return q, false
	case n >= int64(len(args)):
		c.errorText(errSyntax)
		return q, false
	}
	if q.sources, ok = c.sources(args[1 : 1+n]); !ok {
		return q, false
	}
	q.join, q.limit = sum, math.MaxInt64
	o := options{c: c, rest: args[1+n:]}
	for o.more() {
		switch {
		case may&mayWeigh != 0 && o.take("WEIGHTS", int(n)):
			o.weights(q.sources)
		case may&mayWeigh != 0 && o.take("AGGREGATE", 1):
			if q.join = parseAggregate(o.value()); q.join == nil {
				o.fail(errSyntax)
			}
		case may&mayScore != 0 && o.take("WITHSCORES", 0):
			q.withScores = true
		case may&mayLimit != 0 && o.take("LIMIT", 1):
			q.limit = o.limit()
		default:
			o.fail(errSyntax)
		}
	}
	return q, !o.failed
}

func (o *options) weights(list []*source) {
	for _, s := range list {
		var ok bool
		if s.weight, ok = readFloat(o.value()); !ok {
			o.fail("ERR weight value is not a float")
		}
	}
}

func parseAggregate(word []byte) aggregate {
	switch {
	case isWord(word, "SUM"):
		return sum
	case isWord(word, "MIN"):
		return func(x, y float64) float64 { return min(x, y) }
	case isWord(word, "MAX"):
		return func(x, y float64) float64 { return max(x, y) }
	}
	return nil
}

func zinterCard(c *client, args [][]byte) {
	q, ok := c.parseCombine("zintercard", args[1:], mayLimit)
	if !ok {
		return
	}
	n := int64(0)
	zintersect(q.sources, q.join, func(string, float64) bool {
		n++
		return n < q.limit
	})
	c.int64(n)
}
