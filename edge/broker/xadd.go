package broker

import (
	"math"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// addOptions are what XADD and XTRIM say before the fields.
type addOptions struct {
	trims   bool
	trim    stream.Trim
	limited bool // LIMIT was given
	noMake  bool

	id            stream.ID // of the entry to be added
	anyMS, anySeq bool      // * stands for them
}

func xadd(c *client, args [][]byte) {
	o := options{c: c, rest: args[2:]}
	var a addOptions
	if !a.read(&o, true) {
		return
	}
	fields := o.rest
	if len(fields) < 2 || len(fields)%2 == 1 {
		c.wrongArity(c.last)
		return
	}
	if a.id.IsZero() && !a.anySeq {
		c.errorText("ERR The ID specified in XADD must be greater than 0-0")
		return
	}
	key := args[1]
	l, e, ok := held[*log](c, key)
	if !ok {
		return
	}
	if e == nil {
		if a.noMake {
			c.null()
			return
		}
		l = c.newLog()
	}
	id, problem := a.next(l.Last)
	if problem != "" {
		c.errorText(problem)
		return
	}
	if e == nil {
		e = c.create(key, l)
	}
	l.Append(id, fields)
	c.streamID(id)
	if r := c.effect("XADD", key); r != nil {
		r.id(id).word(fields...)
	}
	if a.trims {
		c.trim(key, l, a.trim)
	}
	c.changed(e)
}

// trim trims a stream, and tells the log what remains of it.
func (c *client) trim(key []byte, l *log, t stream.Trim) (removed int) {
	if removed = l.Trim(t); removed > 0 {
		c.effect("XTRIM", key).words("MAXLEN").int(int64(l.Len()))
	}
	return removed
}

func xtrim(c *client, args [][]byte) {
	var a addOptions
	if !a.read(&options{c: c, rest: args[2:]}, false) {
		return
	}
	l, e, ok := held[*log](c, args[1])
	if !ok {
		return
	}
	removed := 0
	if e != nil {
		if removed = c.trim(args[1], l, a.trim); removed > 0 {
			c.changed(e)
		}
	}
	c.int(removed)
}

// next is the ID of a new entry behind last, or the error that tells why there
// is none.
func (a *addOptions) next(last stream.ID) (id stream.ID, problem string) {
	id = a.id
	if a.anyMS {
		id.MS = max(uint64(time.Now().UnixMilli()), last.MS)
	}
	switch beside := a.anySeq && id.MS == last.MS; {
	case last == stream.Max:
		problem = "ERR The stream has exhausted the last possible ID, unable to add more items"
	case beside && last.Seq == math.MaxUint64 && !a.anyMS:
		problem = "ERR Elements are too large to be stored" // the words are Redis'
	case beside:
		id, _ = last.Next()
	case !last.Less(id):
		problem = "ERR The ID specified in XADD is equal or smaller than the target stream top item"
	}
	return id, problem
}

// read reads the options of XADD and its ID, or the options of XTRIM.
func (a *addOptions) read(o *options, add bool) (ok bool) {
	for found := false; o.more() && !found; {
		switch found = add && string(o.rest[0]) == "*"; {
		case found:
			o.value()
			a.anyMS, a.anySeq = true, true
		case o.take("MAXLEN", 1):
			a.readTrim(o, false)
		case o.take("MINID", 1):
			a.readTrim(o, true)
		case o.take("LIMIT", 1):
			if a.trim.Limit = o.number(errNotInt); a.trim.Limit < 0 {
				o.fail("ERR The LIMIT argument must be >= 0.")
			}
			a.limited = true
		case !add:
			o.fail(errSyntax)
		case o.take("NOMKSTREAM", 0):
			a.noMake = true
		default:
			a.readID(o)
			found = true
		}
	}
	switch {
	case a.trim.Limit > 0 && !a.trims:
		o.fail("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
	case !add && !a.trims:
		o.fail("ERR syntax error, XTRIM must be called with a trimming strategy")
	case a.limited && !a.trim.Approx:
		o.fail("ERR syntax error, LIMIT cannot be used without the special ~ option")
	case !a.limited && a.trim.Approx:
		a.trim.Limit = 100 * 100
	}
	return !o.failed
}

// readTrim reads what stands behind MAXLEN or MINID.
func (a *addOptions) readTrim(o *options, byID bool) {
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
		t.MinID = o.streamID()
	} else if t.MaxLen = o.number(errNotInt); t.MaxLen < 0 {
		o.fail("ERR The MAXLEN argument must be >= 0.")
	}
}

// readID reads the ID of XADD, which may have * for its number.
func (a *addOptions) readID(o *options) {
	text := string(o.value())
	if ms, seq, _ := strings.Cut(text, "-"); seq == "*" {
		a.anySeq = true
		text = ms
	}
	id, ok := o.c.parseID([]byte(text), 0)
	a.id = id
	o.check(ok)
}

// parseNumber reads an integer, or replies the error.
func (c *client) parseNumber(b []byte, otherwise string) (int64, bool) {
	n, ok := resp.ParseInt(b)
	if !ok {
		c.errorText(otherwise)
	}
	return n, ok
}
