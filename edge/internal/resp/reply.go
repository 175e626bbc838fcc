package resp

import "strconv"

// Kind is the type of a reply: the byte that begins it on the wire.
type Kind byte

// The kinds of RESP3; RESP2 has the first five. RESP2's null string and null
// array are read as Null.
const (
	Simple    Kind = '+' // Bytes
	Error     Kind = '-' // Bytes
	Int       Kind = ':' // Int
	Bulk      Kind = '$' // Bytes
	Array     Kind = '*' // Elems
	Null      Kind = '_'
	Double    Kind = ',' // Bytes as sent; see Float
	Bool      Kind = '#' // Int is 0 or 1
	BigNumber Kind = '(' // Bytes as sent
	Verbatim  Kind = '=' // Bytes: three letters of format, a colon, the text
	BlobError Kind = '!' // Bytes
	Map       Kind = '%' // Elems: key, value, key, value, …
	Set       Kind = '~' // Elems
	Push      Kind = '>' // Elems

	attribute Kind = '|' // skipped: it describes the value behind it
)

// Reply is one value a server sent. Bytes and Elems belong to the Reader and
// are valid until it reads again.
type Reply struct {
	Kind  Kind
	Int   int64
	Bytes []byte
	Elems []Reply

	// Cut is the length of a text that was read and not kept, so that Bytes is
	// nil: one longer than Limits.Bulk, or that Limits.Total had no room for
	// behind what came before it in the same reply. Otherwise it is 0.
	Cut int64
}

// Failed reports whether the server answered with an error, its text in Bytes.
func (r Reply) Failed() bool { return r.Kind == Error || r.Kind == BlobError }

// Float parses what a Double, or the string that stands for one in RESP2, holds.
func (r Reply) Float() (float64, error) { return strconv.ParseFloat(string(r.Bytes), 64) }

// node is a value of the reply at hand before the buffer has come to rest:
// where its bytes lie, or how many parts follow it.
type node struct {
	kind  Kind
	parts int
	num   int64
	cut   int // length of a text that was not kept
	span
}

// ReadReply returns the next reply or push message. A malformed one, or one that
// announces a string of more than 512 MiB, is a ProtocolError; io.EOF means the server closed between two replies, and
// io.ErrUnexpectedEOF within one.
func (r *Reader) ReadReply() (Reply, error) {
	// Behind Total comes at most one line with its type, or the end of a string.
	if err := r.begin(r.lim.Total + r.lim.Inline + 4); err != nil {
		return Reply{}, err
	}
	r.nodes = r.nodes[:0]
	end, err := r.scan(0, 0)
	if err != nil {
		return Reply{}, r.lost(err)
	}
	r.last = end
	if cap(r.arena) < len(r.nodes) {
		r.arena = make([]Reply, 0, cap(r.nodes))
	}
	r.arena = r.arena[:0]
	var reply Reply
	r.build(0, &reply)
	return reply, nil
}

// build makes reply of nodes[i:], and returns the index behind its parts.
func (r *Reader) build(i int, reply *Reply) int {
	n := &r.nodes[i]
	i++
	*reply = Reply{Kind: n.kind, Int: n.num, Cut: int64(n.cut)}
	switch {
	case n.parts > 0:
		from := len(r.arena)
		r.arena = r.arena[:from+n.parts]
		reply.Elems = r.arena[from : from+n.parts : from+n.parts]
		for k := range reply.Elems {
			i = r.build(i, &reply.Elems[k])
		}
	case n.end > 0:
		reply.Bytes = r.slice(n.pos, n.end)
	}
	return i
}
