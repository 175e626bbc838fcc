package resp

// Size is how many bytes the Reader's buffer takes.
func (r *Reader) Size() int { return len(r.buf) }

// Partial is how many bytes of a frame have come that is not whole. It is
// meaningful to the underlying reader, while it is read from.
func (r *Reader) Partial() int { return r.held() }

// Trim gives a large buffer back while nothing is in it. The underlying reader
// may call it, and then has to return no bytes and no error.
func (r *Reader) Trim() {
	if r.held() == 0 && len(r.buf) > r.lim.Start {
		r.shrink(r.lim.Start)
	}
}
