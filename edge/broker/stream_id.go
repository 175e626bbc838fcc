package broker

import (
	"math"
	"strconv"
	"strings"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

const errStreamID = "ERR Invalid stream ID specified as stream command argument"

// parseID reads an ID, whose number may be missing and is seq then, or replies
// the error.
func (c *client) parseID(b []byte, seq uint64) (stream.ID, bool) {
	id, ok := readID(b, seq)
	if !ok {
		c.errorText(errStreamID)
	}
	return id, ok
}

// streamID reads a value that is an ID.
func (o *options) streamID() stream.ID {
	id, ok := o.c.parseID(o.value(), 0)
	o.check(ok)
	return id
}

func readID(b []byte, seq uint64) (id stream.ID, ok bool) {
	if len(b) > 127 {
		return id, false
	}
	ms, rest, found := strings.Cut(cString(b, len(b)), "-")
	if id.MS, ok = parseUint(ms); !ok || !found {
		id.Seq = seq
		return id, ok
	}
	id.Seq, ok = parseUint(rest)
	return id, ok
}

// parseUint reads a number as string2ull of Redis does: what is no decimal in
// its shortest form goes to strtoull, which takes blanks before it, signs and
// leading zeros, and turns a negative number around.
func parseUint(s string) (uint64, bool) {
	if n, ok := resp.ParseInt([]byte(s)); ok {
		return uint64(n), n >= 0
	}
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	digits, minus := strings.CutPrefix(s, "-")
	if !minus {
		digits, _ = strings.CutPrefix(s, "+")
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if minus {
		n = -n
	}
	return n, err == nil
}

// parseSign is parseID that also knows - and + for the least and the greatest ID.
func (c *client) parseSign(b []byte, seq uint64) (stream.ID, bool) {
	switch string(b) {
	case "-":
		return stream.ID{}, true
	case "+":
		return stream.Max, true
	}
	return c.parseID(b, seq)
}

// parseBound reads one end of an interval, whose name is start or end: with ( before
// the ID the interval ends short of it. An ID without a number takes in all of
// its millisecond.
func (c *client) parseBound(b []byte, name string) (id stream.ID, ok bool) {
	seq, beside := uint64(0), stream.ID.Next
	if name == "end" {
		seq, beside = math.MaxUint64, stream.ID.Prev
	}
	if len(b) < 2 || b[0] != '(' {
		return c.parseSign(b, seq)
	}
	if id, ok = c.parseID(b[1:], seq); !ok {
		return id, false
	}
	if id, ok = beside(id); !ok {
		c.errorf("ERR invalid %s ID for the interval", name)
	}
	return id, ok
}
