package cbor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// The major types, RFC 8949, section 3.1.
const (
	majorUint = iota
	majorNegative
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
	majorSimple
)

// Items of one byte, section 3.3, and the end of an indefinite one, section 3.2.1.
const (
	simpleFalse = 0xf4
	simpleTrue  = 0xf5
	simpleNull  = 0xf6
	undefined   = 0xf7
	breakCode   = 0xff
)

// indefinite is the additional information of an item whose length is not told.
const indefinite = 31

var errEnd = errors.New("the message ends too early")

// reader walks over the items of a message. The first error ends the walk.
type reader struct {
	data []byte
	pos  int
	err  error
}

// head is the beginning of an item: its type and argument, section 3.
type head struct {
	major byte
	info  byte
	arg   uint64 // a value, a length or a count
}

func (r *reader) fail(err error) bool {
	if r.err == nil {
		r.err = fmt.Errorf("byte %d: %w", r.pos, err)
	}
	return false
}

// head reads the beginning of an item and moves behind it.
func (r *reader) head() (h head, ok bool) {
	if r.pos >= len(r.data) {
		return h, r.fail(errEnd)
	}
	first := r.data[r.pos]
	h = head{major: first >> 5, info: first & 31}
	size := 0
	switch {
	case h.info < 24:
		h.arg = uint64(h.info)
	case h.info < 28:
		size = 1 << (h.info - 24)
	case h.info != indefinite || h.major <= majorNegative || h.major == majorTag:
		return h, r.fail(fmt.Errorf("no item begins with %#02x", first))
	}
	rest := r.data[r.pos+1:]
	if len(rest) < size {
		return h, r.fail(errEnd)
	}
	switch size {
	case 1:
		h.arg = uint64(rest[0])
	case 2:
		h.arg = uint64(binary.BigEndian.Uint16(rest))
	case 4:
		h.arg = uint64(binary.BigEndian.Uint32(rest))
	case 8:
		h.arg = binary.BigEndian.Uint64(rest)
	}
	if h.major == majorSimple && h.info == 24 && h.arg < 32 {
		return h, r.fail(fmt.Errorf("simple value %d in two bytes", h.arg))
	}
	r.pos += 1 + size
	return h, true
}

// skip moves behind one item, which may hold depth levels of others.
func (r *reader) skip(depth int) bool {
	h, ok := r.head()
	if !ok {
		return false
	}
	switch h.major {
	case majorBytes, majorText:
		return r.skipString(h)
	case majorArray, majorMap, majorTag:
		if depth == 0 {
			return r.fail(fmt.Errorf("nested deeper than %d levels", maxDepth))
		}
		return r.skipContent(h, depth-1)
	case majorSimple:
		if h.info == indefinite {
			return r.fail(errors.New("a break where an item was expected"))
		}
	}
	return true
}

func (r *reader) skipContent(h head, depth int) bool {
	if h.major == majorTag {
		return r.skip(depth)
	}
	for left := newCount(h); left.more(r); {
		if h.major == majorMap && !r.skip(depth) || !r.skip(depth) {
			return false
		}
	}
	return r.err == nil
}

// count is how many elements of an array or pairs of a map are still to come.
type count struct {
	left       uint64
	indefinite bool
}

func newCount(h head) count {
	if h.info == indefinite {
		return count{maxItems, true}
	}
	return count{h.arg, false}
}

// more reports whether another one follows; it takes the break off the end.
func (c *count) more(r *reader) bool {
	switch {
	case c.indefinite && r.pos < len(r.data) && r.data[r.pos] == breakCode:
		r.pos++
		return false
	case !c.indefinite && c.left == 0:
		return false
	case c.left == 0 || c.left > maxItems:
		return r.fail(fmt.Errorf("an array or map of more than %d", maxItems))
	}
	c.left--
	return true
}

// skipString moves behind a string, which may come in chunks.
func (r *reader) skipString(h head) bool {
	if h.info != indefinite {
		return r.chunk(h)
	}
	for {
		chunk, ok := r.head()
		if !ok {
			return false
		}
		if chunk.major == majorSimple && chunk.info == indefinite {
			return true
		}
		if chunk.major != h.major || chunk.info == indefinite {
			return r.fail(errors.New("a string whose chunks are no strings"))
		}
		if !r.chunk(chunk) {
			return false
		}
	}
}

func (r *reader) chunk(h head) bool {
	if h.arg > uint64(len(r.data)-r.pos) {
		return r.fail(errEnd)
	}
	content := r.data[r.pos : r.pos+int(h.arg)]
	if h.major == majorText && !utf8.Valid(content) {
		return r.fail(errors.New("text that is not UTF-8"))
	}
	r.pos += int(h.arg)
	return true
}

// text is the content of an item that has been walked over; nil when it is no
// text. It borrows from the item, unless that comes in chunks.
func text(item []byte) []byte {
	r := reader{data: item}
	h, ok := r.head()
	if !ok || h.major != majorText {
		return nil
	}
	if h.info != indefinite {
		return item[r.pos:len(item):len(item)]
	}
	joined := []byte{}
	for h, ok = r.head(); ok && h.major == majorText; h, ok = r.head() {
		joined = append(joined, item[r.pos:r.pos+int(h.arg)]...)
		r.pos += int(h.arg)
	}
	return joined
}
