package broker

import (
	"math"
	"strconv"

	"github.com/daebus/daebus-go/edge/broker/internal/collection"
)

// sorted is the value of a sorted set key.
type sorted struct{ collection.Sorted }

func (*sorted) kind() string   { return "zset" }
func (z *sorted) bytes() int   { return z.Bytes() + collectionCost }
func (z *sorted) empty() bool  { return z.Len() == 0 }
func (z *sorted) clone() value { return &sorted{z.Clone()} }

func (z *sorted) encoding() string {
	if z.Packed() {
		return "listpack"
	}
	return "skiplist"
}

func (z *sorted) rewrite(key []byte, emit func(words ...[]byte)) {
	rewriteIn(emit, "ZADD", key, z.Len(), func(i int, words [][]byte) [][]byte {
		member, score := z.ByID(i)
		return append(words, []byte(formatScore(score)), []byte(member))
	})
}

func zscore(c *client, args [][]byte) {
	if z, ok := heldOrEmpty[sorted](c, args[1]); ok {
		c.scoreOf(z, args[2])
	}
}

func zmscore(c *client, args [][]byte) {
	z, ok := heldOrEmpty[sorted](c, args[1])
	if !ok {
		return
	}
	c.array(len(args) - 2)
	for _, member := range args[2:] {
		c.scoreOf(z, member)
	}
}

// scoreOf replies the score of one member.
func (c *client) scoreOf(z *sorted, member []byte) {
	if score, ok := z.Score(string(member)); ok {
		c.double(score)
	} else {
		c.null()
	}
}

// zrank is ZRANK and ZREVRANK.
func zrank(c *client, args [][]byte) {
	z, ok := heldOrEmpty[sorted](c, args[1])
	if !ok {
		return
	}
	place, ok := z.Place(string(args[2]))
	switch {
	case !ok:
		c.null()
	case c.is(reverse):
		c.int(z.Len() - 1 - place)
	default:
		c.int(place)
	}
}

func zrem(c *client, args [][]byte) {
	z, e, ok := held[*sorted](c, args[1])
	if !ok {
		return
	}
	n := 0
	for i := 2; i < len(args) && e != nil; i++ {
		if z.Remove(string(args[i])) {
			n++
		}
	}
	if n > 0 {
		c.changed(e)
	}
	c.int(n)
}

// packedScore is a score as a listpack has it: an integer where it is one.
func packedScore(score float64) string {
	if n := int64(score); math.Abs(score) <= math.MaxInt64/2 && float64(n) == score {
		return strconv.FormatInt(n, 10)
	}
	return formatScore(score)
}
