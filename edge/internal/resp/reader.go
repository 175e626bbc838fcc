package resp

import (
	"bytes"
	"io"
)

const (
	startBuffer = 4 << 10  // what a connection begins with, and falls back to, unless Limits.Start says otherwise
	readAhead   = 64 << 10 // how far full reads alone let the buffer grow
	keepBuffer  = 64 << 10 // a larger buffer is given back once it drained
	keepSlack   = 32       // times in a row that most of a buffer may stay empty before it is halved
	keepNodes   = 1024     // the same for the scratch that describes a frame
)

// Reader reads commands or replies from a connection. It is for one goroutine.
//
// What ReadCommand and ReadReply return is borrowed: it is valid until the
// next call of either. An error of the underlying reader, such as a deadline
// that passed, loses nothing: the next call begins the same frame again. Only in
// a reply of which something was cut already it is final.
type Reader struct {
	rd    io.Reader
	lim   Limits
	guest bool  // hold the peer to the limits of the unauthenticated
	err   error // after which the bytes have no meaning

	buf   []byte
	r, w  int  // buf[r:w] is read and not handed out; the frame at hand begins at r
	last  int  // length of the frame that is on loan
	slack int  // times in a row that the buffer was mostly empty
	most  int  // bytes that the frame at hand may hold
	torn  bool // bytes of the frame at hand are gone: it cannot be begun again

	spans []span   // arguments of the command at hand
	args  [][]byte // the same, as handed out
	nodes []node   // values of the reply at hand, each before its parts
	arena []Reply  // the same, as handed out
}

// NewReader returns a Reader of rd. It allocates its buffer with the first read.
func NewReader(rd io.Reader, lim Limits) *Reader {
	return &Reader{rd: rd, lim: lim.withDefaults()}
}

// Restrict holds ReadCommand to what Redis accepts before authentication: ten
// arguments of 16 KiB.
func (r *Reader) Restrict(on bool) { r.guest = on }

// begin takes back what is on loan and waits for the first byte of a frame,
// which may hold most bytes.
func (r *Reader) begin(most int) error {
	if r.err != nil {
		return r.err
	}
	r.r += r.last
	r.last, r.most, r.torn = 0, most, false
	rest := r.w - r.r
	switch {
	case len(r.buf) > keepBuffer && rest <= r.lim.Start:
		r.shrink(r.lim.Start)
	case rest == 0:
		if r.slack++; r.w > len(r.buf)/4 {
			r.slack = 0
		}
		r.r, r.w = 0, 0
		if r.slack >= keepSlack && len(r.buf) > r.lim.Start {
			r.shrink(max(len(r.buf)/2, r.lim.Start))
		}
	}
	if cap(r.spans) > keepNodes {
		r.spans, r.args = nil, nil
	}
	if cap(r.nodes) > keepNodes {
		r.nodes, r.arena = nil, nil
	}
	return r.need(1)
}

// shrink moves what is read to a buffer of size bytes.
func (r *Reader) shrink(size int) {
	small := make([]byte, size)
	r.r, r.w = 0, copy(small, r.buf[r.r:r.w])
	r.buf, r.slack = small, 0
}

// Detach gives what is on loan away for good: the Reader goes on with memory of
// its own. It makes sure that whoever keeps a frame at work does not have the
// next one written over it.
func (r *Reader) Detach() {
	rest := r.buf[r.r+r.last : r.w]
	own := make([]byte, max(r.lim.Start, len(rest)))
	r.r, r.w, r.last = 0, copy(own, rest), 0
	r.buf, r.args, r.arena = own, nil, nil
}

// lost ends a frame that could not be read. A protocol error stays, and so does
// any other when the frame is torn.
func (r *Reader) lost(err error) error {
	r.last = 0
	if _, ok := err.(ProtocolError); ok || r.torn {
		r.err = err
	}
	return err
}

// held is how many bytes of the frame at hand have arrived. All positions are
// counted from the frame's beginning, so that they survive a move of the buffer.
func (r *Reader) held() int { return r.w - r.r }

func (r *Reader) at(pos int) byte { return r.buf[r.r+pos] }

func (r *Reader) slice(pos, end int) []byte { return r.buf[r.r+pos : r.r+end : r.r+end] }

// need returns once the frame holds n bytes.
func (r *Reader) need(n int) error {
	for r.held() < n {
		if err := r.fill(); err != nil {
			return err
		}
	}
	return nil
}

// fill reads once. It is called only while the frame at hand is incomplete, so
// everything held belongs to that frame.
func (r *Reader) fill() error {
	if r.held() >= r.most {
		return errTooBig
	}
	if r.w == len(r.buf) {
		r.makeRoom()
	}
	for range 100 { // a reader may return nothing, but not for ever
		room := len(r.buf) - r.w
		n, err := r.rd.Read(r.buf[r.w:])
		r.w += n
		if n > 0 {
			if n == room && r.r == 0 && len(r.buf) < readAhead {
				r.grow() // the connection had more than fits
			}
			return nil
		}
		if err == io.EOF && r.held() > 0 {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// drop takes n bytes at pos out of the frame, those too that have yet to arrive.
func (r *Reader) drop(pos, n int) error {
	r.torn = true
	here := r.r + pos
	held := min(r.w-here, n)
	r.w = here + copy(r.buf[here:], r.buf[here+held:r.w])
	_, err := io.CopyN(io.Discard, r.rd, int64(n-held))
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// makeRoom moves the frame to the front when that frees half of the buffer,
// and else doubles the buffer.
func (r *Reader) makeRoom() {
	if held := r.held(); held > len(r.buf)/2 || len(r.buf) == 0 {
		r.grow()
		return
	}
	r.w = copy(r.buf, r.buf[r.r:r.w])
	r.r = 0
}

func (r *Reader) grow() {
	size := min(max(2*len(r.buf), r.lim.Start), r.most)
	larger := make([]byte, size)
	r.w = copy(larger, r.buf[r.r:r.w])
	r.buf, r.r = larger, 0
}

// line returns the position of the first end byte at or after pos, with at
// least one byte behind it when end is '\r', as every line ends in CRLF.
func (r *Reader) line(pos int, end byte, tooBig ProtocolError) (int, error) {
	behind := 1
	if end == '\r' {
		behind = 2
	}
	for from := pos; ; {
		i := bytes.IndexByte(r.buf[r.r+from:r.w], end)
		if i < 0 {
			from = r.held()
		} else {
			from += i
		}
		if from-pos > r.lim.Inline {
			return 0, tooBig
		}
		if i >= 0 && from+behind <= r.held() {
			return from, nil
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
}

// ParseInt reads a decimal number as strictly as Redis does: no plus sign, no
// leading zero, no blank.
func ParseInt(b []byte) (int64, bool) {
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 19 || b[0] == '0' && (len(b) > 1 || neg) {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c) // 19 digits fit
	}
	switch {
	case neg && n <= 1<<63:
		return -int64(n), true
	case n < 1<<63:
		return int64(n), !neg
	}
	return 0, false
}
