package broker

import (
	"math"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// addOptions are what XADD and XTRIM say before the entry.
type addOptions struct {
	trims   bool
	trim    stream.Trim
	limited bool // LIMIT was given
	noMake  bool
	id      newID
}

// newID is the ID of an entry to be added, as far as it is given.
type newID struct {
	stream.ID
	ms, seq bool // these are given
}

func xadd(c *client, args [][]byte) {
	opts, at, ok := c.parseAdd(args, true)
	if !ok {
		return
	}
	fields := args[min(at+1, len(args)):]
	if len(fields) < 2 || len(fields)%2 == 1 {
		c.wrongArity(c.last)
		return
	}
	if opts.id.ms && opts.id.seq && opts.id.IsZero() {
		c.errorText("ERR The ID specified in XADD must be greater than 0-0")
		return
	}
	key := args[1]
	l, e, ok := held[*log](c, key)
	if !ok {
		return
	}
	if e == nil {
		if opts.noMake {
			c.null()
			return
		}
		l = c.newLog()
	}
	id, problem := opts.id.after(l.Last)
	if problem != "" {
		c.errorText(problem)
		return
	}
	if e == nil {
		e = c.create(key, l)
	}
	l.Append(id, fields)
	c.streamID(id)
	if c.b.journal != nil {
		words := args[at-1:] // the command without its options
		words[0], words[1] = key, idWord(id)
		c.effect("XADD", words...)
	}
	if opts.trims {
		c.trim(key, l, opts.trim)
	}
	c.changed(e)
}

// trim trims a stream, and tells the log what remains of it.
func (c *client) trim(key []byte, l *log, t stream.Trim) (removed int) {
	if removed = l.Trim(t); removed > 0 {
		c.effect("XTRIM", key, []byte("MAXLEN"), number(int64(l.Len())))
	}
	return removed
}

// after is the ID of a new entry behind last, or the error that tells why there
// is none.
func (n newID) after(last stream.ID) (id stream.ID, problem string) {
	now := uint64(time.Now().UnixMilli())
	switch {
	case last == stream.Max:
		return id, "ERR The stream has exhausted the last possible ID, unable to add more items"
	case !n.ms && now > last.MS:
		return stream.ID{MS: now}, ""
	case !n.seq && n.ms && n.MS == last.MS && last.Seq == math.MaxUint64:
		return id, "ERR Elements are too large to be stored" // the words are Redis'
	case !n.ms, !n.seq && n.MS == last.MS:
		id, _ = last.Next()
		return id, ""
	case !last.Less(n.ID):
		return id, "ERR The ID specified in XADD is equal or smaller than the target stream top item"
	}
	return n.ID, ""
}

func xtrim(c *client, args [][]byte) {
	opts, _, ok := c.parseAdd(args, false)
	if !ok {
		return
	}
	l, e, ok := held[*log](c, args[1])
	if !ok {
		return
	}
	if e == nil {
		c.int(0)
		return
	}
	removed := c.trim(args[1], l, opts.trim)
	if removed > 0 {
		c.changed(e)
	}
	c.int(removed)
}

// parseAdd reads the options of XADD and where its ID is, or those of XTRIM.
func (c *client) parseAdd(args [][]byte, add bool) (a addOptions, at int, ok bool) {
	o := options{c: c, rest: args[2:]}
	for o.more() {
		at = len(args) - len(o.rest)
		switch {
		case add && string(o.rest[0]) == "*":
			return a, at, c.checkTrim(&a, add)
		case o.take("MAXLEN", 1):
			o.trim(&a, false)
		case o.take("MINID", 1):
			o.trim(&a, true)
		case o.take("LIMIT", 1):
			if a.trim.Limit = o.number(errNotInt); a.trim.Limit < 0 {
				o.fail("ERR The LIMIT argument must be >= 0.")
			}
			a.limited = true
		case add && o.take("NOMKSTREAM", 0):
			a.noMake = true
		case add:
			if a.id, ok = c.parseNewID(o.value()); !ok {
				return a, at, false
			}
			return a, at, c.checkTrim(&a, add)
		default:
			o.fail(errSyntax)
		}
	}
	return a, len(args), !o.failed && c.checkTrim(&a, add)
}

// trim reads what stands behind MAXLEN or MINID.
func (o *options) trim(a *addOptions, byID bool) {
	if a.trims {
		o.fail("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
		return
	}
	a.trims = true
	t := &a.trim
	t.ByID = byID
	if len(o.rest) > 1 && !o.take("=", 1) {
		t.Approx = o.take("~", 1)
	}
	if byID {
		var ok bool
		t.MinID, ok = o.c.parseID(o.value(), 0)
		o.check(ok)
	} else if t.MaxLen = o.number(errNotInt); t.MaxLen < 0 {
		o.fail("ERR The MAXLEN argument must be >= 0.")
	}
}

// checkTrim checks the options together, and sets the limit that stands when
// none is given.
func (c *client) checkTrim(o *addOptions, add bool) bool {
	switch {
	case o.trim.Limit > 0 && !o.trims:
		c.errorText("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
		return false
	case !add && !o.trims:
		c.errorText("ERR syntax error, XTRIM must be called with a trimming strategy")
		return false
	case o.limited && !o.trim.Approx:
		c.errorText("ERR syntax error, LIMIT cannot be used without the special ~ option")
		return false
	case !o.limited && o.trim.Approx:
		o.trim.Limit = 100 * 100
	}
	return true
}

// parseNewID reads the ID of XADD, which may have a * for its number.
func (c *client) parseNewID(b []byte) (id newID, ok bool) {
	id.ms, id.seq = true, true
	if ms, found := strings.CutSuffix(string(b), "-*"); found && !strings.Contains(ms, "-") {
		id.seq = false
		b = []byte(ms)
	}
	id.ID, ok = c.parseID(b, 0)
	return id, ok
}

// parseNumber reads an integer, or replies the error.
func (c *client) parseNumber(b []byte, otherwise string) (int64, bool) {
	n, ok := resp.ParseInt(b)
	if !ok {
		c.errorText(otherwise)
	}
	return n, ok
}
