package broker

import (
	"cmp"
	"math"
	"slices"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// combineSets is SUNION, SINTER and SDIFF, and what stores their results.
func combineSets(c *client, args [][]byte) {
	keys := args[1:]
	if c.is(gathers) {
		keys = args[2:]
	}
	sets, ok := c.sets(keys)
	if !ok {
		return
	}
	var result *members
	switch {
	case c.is(unites):
		result = union(sets)
	case c.is(intersects):
		result = intersection(sets)
	default:
		result = difference(sets)
	}
	if c.is(gathers) {
		c.putResult(args[1], result)
		c.int(result.Len())
	} else {
		c.members(result)
	}
}

// sets returns what the keys hold.
func (c *client) sets(keys [][]byte) ([]*members, bool) {
	sets := make([]*members, 0, len(keys))
	for _, key := range keys {
		m, ok := heldOr(c, key, &noMembers)
		if !ok {
			return nil, false
		}
		sets = append(sets, m)
	}
	return sets, true
}

func union(sets []*members) *members {
	result := new(members)
	for _, m := range sets {
		for i := range m.Len() {
			if member := m.At(i); !result.Has(member) {
				result.Add(member)
			}
		}
	}
	return result
}

func difference(sets []*members) *members {
	result := new(members)
	for i := range sets[0].Len() {
		member := sets[0].At(i)
		if !slices.ContainsFunc(sets[1:], func(m *members) bool { return m.Has(member) }) {
			result.Add(member)
		}
	}
	return result
}

func intersection(sets []*members) *members {
	result := new(members)
	intersect(sets, func(member string) bool {
		result.Add(member)
		return true
	})
	return result
}

// intersect finds what is in all sets, the smallest of which it goes through,
// until found returns false.
func intersect(sets []*members, found func(member string) bool) {
	slices.SortFunc(sets, func(x, y *members) int { return cmp.Compare(x.Len(), y.Len()) })
	for i := range sets[0].Len() {
		member := sets[0].At(i)
		if !slices.ContainsFunc(sets[1:], func(m *members) bool { return !m.Has(member) }) && !found(member) {
			return
		}
	}
}

func sinterCard(c *client, args [][]byte) {
	keys, limit, ok := c.parseInterCard(args[1:])
	if !ok {
		return
	}
	if sets, ok := c.sets(keys); ok {
		n := int64(0)
		intersect(sets, func(string) bool {
			n++
			return n < limit
		})
		c.int64(n)
	}
}

func (c *client) parseInterCard(args [][]byte) (keys [][]byte, limit int64, ok bool) {
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
	limit = math.MaxInt64
	o := options{c: c, rest: args[n:]}
	for o.more() {
		if !o.take("LIMIT", 1) {
			o.fail(errSyntax)
			break
		}
		if limit = o.natural("ERR LIMIT can't be negative"); limit == 0 {
			limit = math.MaxInt64 // none
		}
	}
	return args[:n], limit, !o.failed
}
