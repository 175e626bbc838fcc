package broker

import (
	"math"
	"strconv"

	"github.com/daebus/daebus-go/edge/broker/internal/collection"
)

// sorted is the value of a sorted set key.
type sorted struct{ collection.Sorted }

func (z *sorted) bytes() int   { return z.Bytes() + collectionCost }
func (z *sorted) clone() value { return &sorted{z.Clone()} }

// visit goes through a small set in its order.
func (z *sorted) visit(i int) (member, score string) {
	if z.Packed() {
		member, score := z.At(i)
		return member, packedScore(score)
	}
	member, n := z.ByID(i)
	return member, formatScore(n)
}

// zscore is ZSCORE and ZMSCORE.
func zscore(c *client, args [][]byte) {
	z, ok := heldOr(c, args[1], &noSorted)
	if !ok {
		return
	}
	c.several(args[2:])
	for _, member := range args[2:] {
		if score, ok := z.Score(string(member)); ok {
			c.double(score)
		} else {
			c.null()
		}
	}
}

// zrank is ZRANK and ZREVRANK.
func zrank(c *client, args [][]byte) {
	z, ok := heldOr(c, args[1], &noSorted)
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

// packedScore is a score as a listpack has it: an integer where it is one.
func packedScore(score float64) string {
	if n := int64(score); math.Abs(score) <= math.MaxInt64/2 && float64(n) == score {
		return strconv.FormatInt(n, 10)
	}
	return formatScore(score)
}
