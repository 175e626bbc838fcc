package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// What may stand behind the keys.
const (
	mayWeigh = 1 << iota // WEIGHTS and AGGREGATE
	mayScore             // WITHSCORES
	mayLimit             // LIMIT
)

// combineSorted is ZUNION, ZINTER and ZDIFF, and what stores their results.
func combineSorted(c *client, args [][]byte) {
	store := c.is(gathers)
	may := 0
	if c.is(unites | intersects) {
		may |= mayWeigh
	}
	rest := args[1:]
	if store {
		rest = args[2:]
	} else {
		may |= mayScore
	}
	q, ok := c.parseCombine(rest, may)
	if !ok {
		return
	}
	result := new(sorted)
	if !store {
		result.Spread() // as in Redis, where a negative zero would otherwise be lost
	}
	switch {
	case c.is(unites):
		zunionOf(result, q.sources, q.join)
	case c.is(intersects):
		zinterOf(result, q.sources, q.join)
	default:
		zdiffOf(result, q.sources)
	}
	if store {
		c.putResult(args[1], result)
		c.int(result.Len())
		return
	}
	c.rangeHeader(result.Len(), q.withScores)
	for _, id := range result.Between(0, result.Len()) {
		member, score := result.ByID(int(id))
		c.ranged(member, score, q.withScores)
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
func (c *client) parseCombine(args [][]byte, may int) (q combination, ok bool) {
	n, ok := resp.ParseInt(args[0])
	switch {
	case !ok:
		c.errorText(errNotInt)
		return q, false
	case n < 1:
		c.errorf("ERR at least 1 input key is needed for '%s' command", c.last.name)
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
	q, ok := c.parseCombine(args[1:], mayLimit)
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
