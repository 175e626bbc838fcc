package resp

// span is where an argument lies, counted from the beginning of the frame.
type span struct{ pos, end int }

// ReadCommand returns the next command: an array of bulk strings, or one inline
// line split as Redis splits it. Empty commands are skipped. A ProtocolError
// carries Redis' text; io.EOF means the peer closed between two commands, and
// io.ErrUnexpectedEOF within one.
func (r *Reader) ReadCommand() ([][]byte, error) {
	for {
		err := r.begin(r.lim.Total)
		if err != nil {
			return nil, err
		}
		if r.at(0) == '*' {
			r.last, err = r.scanArray()
		} else {
			r.last, err = r.scanInline()
		}
		if err != nil {
			return nil, r.lost(err)
		}
		if len(r.spans) == 0 {
			continue
		}
		r.args = r.args[:0]
		for _, s := range r.spans {
			r.args = append(r.args, r.slice(s.pos, s.end))
		}
		return r.args, nil
	}
}

// scanArray notes the arguments of an array command in r.spans, and returns
// where the command ends.
func (r *Reader) scanArray() (int, error) {
	r.spans = r.spans[:0]
	end, err := r.line(0, '\r', "too big mbulk count string")
	if err != nil {
		return 0, err
	}
	count, ok := ParseInt(r.slice(1, end))
	switch {
	case !ok || count > int64(r.lim.Elements):
		return 0, ProtocolError("invalid multibulk length")
	case r.guest && count > 10:
		return 0, ProtocolError("unauthenticated multibulk length")
	}
	pos := end + 2
	for ; count > 0; count-- {
		s, err := r.scanBulk(pos)
		if err != nil {
			return 0, err
		}
		r.spans = append(r.spans, s)
		pos = s.end + 2 // Redis does not look at these two bytes either
	}
	return pos, nil
}

func (r *Reader) scanBulk(pos int) (span, error) {
	end, err := r.line(pos, '\r', "too big bulk count string")
	if err != nil {
		return span{}, err
	}
	if c := r.at(pos); c != '$' {
		return span{}, ProtocolError("expected '$', got '" + string([]byte{c}) + "'")
	}
	size, ok := ParseInt(r.slice(pos+1, end))
	switch {
	case !ok || size < 0 || size > int64(r.lim.Bulk):
		return span{}, ProtocolError("invalid bulk length")
	case r.guest && size > 16<<10:
		return span{}, ProtocolError("unauthenticated bulk length")
	}
	s := span{end + 2, end + 2 + int(size)}
	if s.end+2 > r.lim.Total {
		return span{}, errTooBig
	}
	return s, r.need(s.end + 2)
}

// scanInline splits one line into r.spans and returns where the line ends.
func (r *Reader) scanInline() (int, error) {
	end, err := r.line(0, '\n', "too big inline request")
	if err != nil {
		return 0, err
	}
	var ok bool
	line := r.slice(0, end)
	if r.spans, ok = splitLine(r.spans[:0], line); !ok {
		return 0, ProtocolError("unbalanced quotes in request")
	}
	if len(r.spans) > r.lim.Elements {
		return 0, ProtocolError("invalid multibulk length")
	}
	return end + 1, nil
}
