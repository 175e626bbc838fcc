package broker

import (
	"math"
	"strings"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// setOptions are those of SET and GETEX.
type setOptions struct {
	nx, xx, get, keep bool   // of SET
	persist           bool   // of GETEX
	unit              string // EX, PX, EXAT or PXAT; "" = no expiry
	expiry            []byte
}

func (c *client) parseSet(args [][]byte, getex bool) (o setOptions, ok bool) {
	for i := 0; i < len(args); i++ {
		word := strings.ToUpper(string(args[i]))
		switch {
		case word == "NX" && !getex && !o.xx:
			o.nx = true
		case word == "XX" && !getex && !o.nx:
			o.xx = true
		case word == "GET" && !getex:
			o.get = true
		case word == "KEEPTTL" && !getex && o.unit == "":
			o.keep = true
		case word == "PERSIST" && getex && o.unit == "":
			o.persist = true
		case isUnit(word) && !o.keep && !o.persist && (o.unit == "" || o.unit == word) && i+1 < len(args):
			i++
			o.unit, o.expiry = word, args[i]
		default:
			c.errorText(errSyntax)
			return o, false
		}
	}
	return o, true
}

func isUnit(word string) bool {
	return word == "EX" || word == "PX" || word == "EXAT" || word == "PXAT"
}

// parseExpiry turns an expiry into milliseconds of store.now.
func (c *client) parseExpiry(unit string, arg []byte) (at int64, ok bool) {
	n, ok := resp.ParseInt(arg)
	if !ok {
		c.errorText(errNotInt)
		return 0, false
	}
	s := &c.b.store
	seconds := unit == "EX" || unit == "EXAT"
	if n <= 0 || seconds && n > math.MaxInt64/1000 {
		c.badExpiry()
		return 0, false
	}
	if seconds {
		n *= 1000
	}
	wall := s.wall()
	if unit == "EXAT" || unit == "PXAT" {
		if n -= wall; n <= 0 {
			n = -1 // long past, as 0 is for ever
		}
		return n, true
	}
	if n > math.MaxInt64-wall-s.now() {
		c.badExpiry()
		return 0, false
	}
	return s.now() + n, true
}

func (c *client) badExpiry() {
	c.errorf("ERR invalid expire time in '%s' command", c.last.name)
}
