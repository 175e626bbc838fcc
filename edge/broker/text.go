package broker

import "github.com/daebus/daebus-go/edge/internal/resp"

// text is the value of a string key.
type text struct {
	b     []byte
	grown bool // changed in place, which Redis' encodings tell of
}

func newText(b []byte) *text { return &text{b: append(make([]byte, 0, len(b)), b...)} }

func (t *text) Len() int     { return len(t.b) }
func (t *text) bytes() int   { return cap(t.b) }
func (t *text) clone() value { return newText(t.b) }

func (t *text) encoding() string {
	_, isInt := resp.ParseInt(t.b)
	switch {
	case t.grown:
		return "raw"
	case isInt:
		return "int"
	case len(t.b) <= 44:
		return "embstr"
	}
	return "raw"
}

// set gives the text new bytes, in place where they fit without waste.
func (t *text) set(b []byte) {
	if len(b) > cap(t.b) || cap(t.b) > 2*len(b)+64 {
		t.b = make([]byte, 0, len(b))
	}
	t.b = append(t.b[:0], b...)
	t.grown = false
}

// setText makes key a string, in place of any value it has.
func (c *client) setText(key, b []byte, keepExpiry bool) *entry {
	e := c.look(key)
	switch {
	case e == nil:
		e = c.create(key, new(text))
	case !keepExpiry:
		c.b.store.persist(e)
	}
	t, ok := e.value.(*text)
	if !ok {
		t = new(text)
		e.value = t
	}
	t.set(b)
	c.changed(e)
	return e
}

// fitsText checks that a string of so many bytes may be made, or replies the
// error.
func (c *client) fitsText(size int64) bool {
	if size > int64(c.b.cfg.MaxBulk) {
		c.errorText("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
		return false
	}
	return true
}

func appendText(c *client, args [][]byte) {
	t, e, ok := held[*text](c, args[1])
	switch {
	case !ok:
		return
	case e == nil:
		c.setText(args[1], args[2], false)
		c.int(len(args[2]))
		return
	case !c.fitsText(int64(len(t.b) + len(args[2]))):
		return
	}
	t.b = append(t.b, args[2]...)
	t.grown = true
	c.changed(e)
	c.int(len(t.b))
}

func getRange(c *client, args [][]byte) {
	from, to, ok := c.parseRange(args[2], args[3])
	if !ok {
		return
	}
	t, e, ok := held[*text](c, args[1])
	switch {
	case !ok:
	case e == nil || from < 0 && to < 0 && from > to:
		c.bulk("")
	default:
		// Unlike a range of a list, one that ends before the first byte has it.
		size := int64(len(t.b))
		from, to = max(within(from, size), 0), min(max(within(to, size), 0), size-1)
		c.bytes(t.b[min(from, to+1) : to+1])
	}
}

// within turns an index that counts from the end into one from the front.
func within(i, size int64) int64 {
	if i < 0 {
		i += size
	}
	return i
}

func setRange(c *client, args [][]byte) {
	at, ok := resp.ParseInt(args[2])
	switch {
	case !ok:
		c.errorText(errNotInt)
		return
	case at < 0:
		c.errorText("ERR offset is out of range")
		return
	}
	t, e, ok := held[*text](c, args[1])
	if !ok {
		return
	}
	size := 0
	if e != nil {
		size = len(t.b)
	}
	part := args[3]
	if len(part) == 0 {
		c.int(size)
		return
	}
	if !c.fitsText(max(at, at+int64(len(part)))) { // the sum may overflow
		return
	}
	if e == nil {
		t = new(text)
		e = c.create(args[1], t)
	}
	if end := int(at) + len(part); end > len(t.b) {
		t.b = append(t.b, make([]byte, end-len(t.b))...)
	}
	copy(t.b[at:], part)
	t.grown = true
	c.changed(e)
	c.int(len(t.b))
}
