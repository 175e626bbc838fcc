package resp

// scan notes the value at pos in r.nodes, its parts behind it, and returns
// where it ends.
func (r *Reader) scan(pos, depth int) (int, error) {
	if err := r.need(pos + 1); err != nil {
		return 0, err
	}
	kind := Kind(r.at(pos))
	for kind == attribute {
		mark := len(r.nodes)
		next, err := r.scanParts(pos, depth, kind)
		if err != nil {
			return 0, err
		}
		r.nodes = r.nodes[:mark]
		if err := r.need(next + 1); err != nil {
			return 0, err
		}
		pos, kind = next, Kind(r.at(next))
	}
	switch kind {
	case Simple, Error, Int, Null, Double, Bool, BigNumber:
		return r.scanLine(pos, kind)
	case Bulk, Verbatim, BlobError:
		return r.scanString(pos, kind)
	case Array, Map, Set, Push:
		return r.scanParts(pos, depth, kind)
	}
	return 0, ProtocolError("unknown reply type '" + string([]byte{byte(kind)}) + "'")
}

// note records a value, within the limit on their number.
func (r *Reader) note(n node) error {
	if len(r.nodes) >= r.lim.Elements {
		return errLength
	}
	r.nodes = append(r.nodes, n)
	return nil
}

// textLine returns the end of the line at pos, without its CRLF.
func (r *Reader) textLine(pos int) (int, error) {
	end, err := r.line(pos, '\n', "too long line")
	if err != nil {
		return 0, err
	}
	if end == pos || r.at(end-1) != '\r' {
		return 0, errLineEnd
	}
	return end - 1, nil
}

// scanLine notes a value that is one line.
func (r *Reader) scanLine(pos int, kind Kind) (int, error) {
	end, err := r.textLine(pos + 1)
	if err != nil {
		return 0, err
	}
	n := node{kind: kind, span: span{pos + 1, end}}
	text, ok := r.slice(pos+1, end), true
	switch kind {
	case Int:
		n.num, ok = parseInt(text)
		n.end = 0
	case Null:
		ok = len(text) == 0
		n.end = 0
	case Bool:
		ok = len(text) == 1 && (text[0] == 't' || text[0] == 'f')
		if ok && text[0] == 't' {
			n.num = 1
		}
		n.end = 0
	}
	if !ok {
		return 0, ProtocolError("invalid value after '" + string([]byte{byte(kind)}) + "'")
	}
	return end + 2, r.note(n)
}

// scanLength reads the length behind the type at pos; -1 is RESP2's null.
func (r *Reader) scanLength(pos, limit int) (size, next int, err error) {
	end, err := r.textLine(pos + 1)
	if err != nil {
		return 0, 0, err
	}
	n, ok := parseInt(r.slice(pos+1, end))
	if !ok || n < -1 || n > int64(limit) {
		return 0, 0, errLength
	}
	return int(n), end + 2, nil
}

// scanString notes a value with a length before it.
func (r *Reader) scanString(pos int, kind Kind) (int, error) {
	size, from, err := r.scanLength(pos, r.lim.Bulk)
	if err != nil {
		return 0, err
	}
	if size < 0 {
		return from, r.note(node{kind: Null})
	}
	end := from + size
	if end+2 > r.lim.Total {
		return 0, errTooBig
	}
	if err := r.need(end + 2); err != nil {
		return 0, err
	}
	if r.at(end) != '\r' || r.at(end+1) != '\n' {
		return 0, errLineEnd
	}
	if kind == Verbatim && (size < 4 || r.at(from+3) != ':') {
		return 0, ProtocolError("verbatim string without format")
	}
	return end + 2, r.note(node{kind: kind, span: span{from, end}})
}

// scanParts notes an aggregate and its parts.
func (r *Reader) scanParts(pos, depth int, kind Kind) (int, error) {
	if depth >= r.lim.Depth {
		return 0, ProtocolError("reply nested too deeply")
	}
	count, next, err := r.scanLength(pos, r.lim.Elements)
	if err != nil {
		return 0, err
	}
	if count < 0 {
		return next, r.note(node{kind: Null})
	}
	if kind == Map || kind == attribute {
		count *= 2
	}
	if err := r.note(node{kind: kind, parts: count}); err != nil {
		return 0, err
	}
	for ; count > 0; count-- {
		if next, err = r.scan(next, depth+1); err != nil {
			return 0, err
		}
	}
	return next, nil
}
