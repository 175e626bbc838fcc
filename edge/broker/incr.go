package broker

import (
	"math"
	"strconv"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// incr is INCR, INCRBY, DECR and DECRBY.
func incr(c *client, args [][]byte) {
	by, ok := int64(1), true
	if len(args) > 2 {
		by, ok = resp.ParseInt(args[2])
	}
	switch {
	case !ok:
		c.errorText(errNotInt)
		return
	case !c.is(negative):
	case by == math.MinInt64:
		c.errorText("ERR decrement would overflow")
		return
	default:
		by = -by
	}
	t, e, ok := held[*text](c, args[1])
	if !ok {
		return
	}
	var n int64
	if e != nil {
		if n, ok = resp.ParseInt(t.b); !ok {
			c.errorText(errNotInt)
			return
		}
	}
	if n, ok = c.addInts(n, by); ok {
		var digits [20]byte
		c.setText(args[1], strconv.AppendInt(digits[:0], n, 10), true)
		c.int64(n)
	}
}

// addInts returns n + by, or replies that it cannot.
func (c *client) addInts(n, by int64) (sum int64, ok bool) {
	if by < 0 && n < math.MinInt64-by || by > 0 && n > math.MaxInt64-by {
		c.errorText("ERR increment or decrement would overflow")
		return 0, false
	}
	return n + by, true
}

func incrByFloat(c *client, args [][]byte) {
	t, e, ok := held[*text](c, args[1])
	if !ok {
		return
	}
	was := []byte("0")
	if e != nil {
		was = t.b
	}
	sum, ok := c.addDecimals(was, args[2], errNotFloat)
	if !ok {
		return
	}
	c.setText(args[1], sum, true)
	c.bytes(sum)
	c.effect("SET", args[1], sum).words("KEEPTTL")
}
