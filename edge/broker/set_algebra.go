package broker

import (
	"math"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// combineSets is SUNION, SINTER and SDIFF, what stores their results, and
// SINTERCARD.
func combineSets(c *client, args [][]byte) {
	keys, limit := args[1:], 0
	switch {
	case c.is(gathers):
		keys = args[2:]
	case c.is(movable):
		var ok bool
		if keys, limit, ok = c.parseInterCard(args[1:]); !ok {
			return
		}
	}
	list := make([]*members, 0, len(keys))
	for _, key := range keys {
		m, ok := heldOr(c, key, &noMembers)
		if !ok {
			return
		}
		list = append(list, m)
	}
	var result *members
	switch {
	case c.is(unites):
		result = union(list)
	case c.is(intersects):
		result = intersection(list, limit)
	default:
		result = difference(list)
	}
	switch {
	case c.is(movable):
		c.int(result.Len())
	case c.is(gathers):
		c.putResult(args[1], result)
		c.int(result.Len())
	default:
		c.set(result.Len())
		for i := range result.Len() {
			c.bulk(result.At(i))
		}
	}
}

func union(list []*members) *members {
	result := new(members)
	for _, m := range list {
		for i := range m.Len() {
			result.include(m.At(i))
		}
	}
	return result
}

// difference is what is in the first set and in no other.
func difference(list []*members) *members {
	result := new(members)
	first, others := list[0], list[1:]
	for i := range first.Len() {
		if member := first.At(i); !anyHas(others, member, true) {
			result.Add(member)
		}
	}
	return result
}

// intersection is what is in all sets, or so many of that; 0 is no limit. It goes
// through the smallest.
func intersection(list []*members, limit int) *members {
	result := new(members)
	smallest := list[0]
	for _, m := range list[1:] {
		if m.Len() < smallest.Len() {
			smallest = m
		}
	}
	for i := range smallest.Len() {
		if member := smallest.At(i); !anyHas(list, member, false) {
			if result.Add(member); result.Len() == limit {
				break
			}
		}
	}
	return result
}

// anyHas reports whether any set has a member, or has not.
func anyHas(list []*members, member string, has bool) bool {
	for _, m := range list {
		if m.Has(member) == has {
			return true
		}
	}
	return false
}

// parseInterCard reads the number of keys, the keys, and a limit, or replies the
// error.
func (c *client) parseInterCard(args [][]byte) (keys [][]byte, limit int, ok bool) {
	n, ok := resp.ParseInt(args[0])
	args = args[1:]
	switch {
	case !ok || n < 1:
		c.errorText("ERR numkeys should be greater than 0")
		return nil, 0, false
	case n > int64(len(args)):
		c.errorText("ERR Number of keys can't be greater than number of args")
		return nil, 0, false
	}
	o := options{c: c, rest: args[n:]}
	for o.more() {
		if !o.take("LIMIT", 1) {
			o.fail(errSyntax)
			break
		}
		limit = int(min(o.natural("ERR LIMIT can't be negative"), math.MaxInt))
	}
	return args[:n], limit, !o.failed
}
