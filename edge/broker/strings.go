package broker

import (
	"math"
	"strconv"
	"strings"
)

func get(c *client, args [][]byte) { c.replyText(args[1]) }

// replyText replies what a string key holds; false means it is no string.
func (c *client) replyText(key []byte) bool {
	t, e, ok := held[*text](c, key)
	switch {
	case !ok:
		return false
	case e == nil:
		c.null()
	default:
		c.bytes(t.b)
	}
	return true
}

func set(c *client, args [][]byte) {
	opts, ok := c.parseSet(args[3:])
	if !ok {
		return
	}
	var at int64
	if opts.unit != "" {
		if at, ok = c.parseExpiry("set", opts); !ok {
			return
		}
	}
	if opts.get && !c.replyText(args[1]) {
		return
	}
	s := &c.b.store
	exists := s.get(c.db, args[1]) != nil
	if opts.nx && exists || opts.xx && !exists {
		if !opts.get {
			c.null()
		}
		return
	}
	c.setText(args[1], args[2], opts.keep)
	if at != 0 {
		e := s.get(c.db, args[1])
		s.expire(e, at)
		c.effect("SET", args[1], args[2], []byte("PXAT"), number(at+s.wall()))
	}
	if !opts.get {
		c.ok()
	}
}

// setOptions are what SET says behind the value.
type setOptions struct {
	nx, xx, get, keep bool
	unit              string // EX, PX, EXAT or PXAT; "" = no expiry
	expiry            []byte
}

func (c *client) parseSet(args [][]byte) (o setOptions, ok bool) {
	for i := 0; i < len(args); i++ {
		word := strings.ToUpper(string(args[i]))
		switch {
		case word == "NX" && !o.xx:
			o.nx = true
		case word == "XX" && !o.nx:
			o.xx = true
		case word == "GET":
			o.get = true
		case word == "KEEPTTL" && o.unit == "":
			o.keep = true
		case isUnit(word) && !o.keep && (o.unit == "" || o.unit == word) && i+1 < len(args):
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
func (c *client) parseExpiry(command string, o setOptions) (at int64, ok bool) {
	n, ok := parseInt(o.expiry)
	if !ok {
		c.errorText(errNotInt)
		return 0, false
	}
	s := &c.b.store
	seconds := o.unit == "EX" || o.unit == "EXAT"
	if n <= 0 || seconds && n > math.MaxInt64/1000 {
		c.badExpiry(command)
		return 0, false
	}
	if seconds {
		n *= 1000
	}
	wall := s.wall()
	if o.unit == "EXAT" || o.unit == "PXAT" {
		return max(n-wall, 1), true
	}
	if n > math.MaxInt64-wall-s.now() {
		c.badExpiry(command)
		return 0, false
	}
	return s.now() + n, true
}

// number is n as a word.
func number(n int64) []byte { return strconv.AppendInt(nil, n, 10) }

func (c *client) badExpiry(command string) {
	c.errorf("ERR invalid expire time in '%s' command", command)
}

// parseInt reads a decimal number as strictly as Redis: no plus sign, no
// leading zero, no blank.
func parseInt(b []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || len(b) > 20 || strconv.FormatInt(n, 10) != string(b) {
		return 0, false
	}
	return n, true
}
