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

// note records the value from pos to end, within the limit on their number, and
// returns where the next one begins. One that Total has no room for is recorded
// without its bytes, and takes none of the frame.
func (r *Reader) note(n node, pos, end int) (next int, err error) {
	if len(r.nodes) >= r.lim.Elements {
		return 0, errLength
	}
	next = end
	if end > r.lim.Total {
		n.cut += n.end - n.pos
		n.span = span{}
		next, err = pos, r.drop(pos, end-pos)
	}
	r.nodes = append(r.nodes, n)
	return next, err
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
	n := node{kind: kind}
	text, ok := r.slice(pos+1, end), true
	switch kind {
	case Int:
		n.num, ok = ParseInt(text)
	case Null:
		ok = len(text) == 0
	case Bool:
		ok = len(text) == 1 && (text[0] == 't' || text[0] == 'f')
		if ok && text[0] == 't' {
			n.num = 1
		}
	default:
		n.span = span{pos + 1, end}
	}
	if !ok {
		return 0, ProtocolError("invalid value after '" + string([]byte{byte(kind)}) + "'")
	}
	return r.note(n, pos, end+2)
}

// scanLength reads the length behind the type at pos; -1 is RESP2's null.
func (r *Reader) scanLength(pos, limit int) (size, next int, err error) {
	end, err := r.textLine(pos + 1)
	if err != nil {
		return 0, 0, err
	}
	n, ok := ParseInt(r.slice(pos+1, end))
	if !ok || n < -1 || n > int64(limit) {
		return 0, 0, errLength
	}
	return int(n), end + 2, nil
}

// scanString notes a value with a length before it.
func (r *Reader) scanString(pos int, kind Kind) (int, error) {
	size, from, err := r.scanLength(pos, maxString)
	if err != nil {
		return 0, err
	}
	if size < 0 {
		return r.note(node{kind: Null}, pos, from)
	}
	end := from + size
	n := node{kind: kind, span: span{from, end}}
	if size > r.lim.Bulk || end+2 > r.lim.Total {
		n = node{kind: kind, cut: size}
		end = from
		if err := r.drop(from, size); err != nil {
			return 0, err
		}
	}
	if err := r.need(end + 2); err != nil {
		return 0, err
	}
	if r.at(end) != '\r' || r.at(end+1) != '\n' {
		return 0, errLineEnd
	}
	if kind == Verbatim && n.cut == 0 && (size < 4 || r.at(from+3) != ':') {
		return 0, ProtocolError("verbatim string without format")
	}
	return r.note(n, pos, end+2)
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
		return r.note(node{kind: Null}, pos, next)
	}
	if kind == Map || kind == attribute {
		count *= 2
	}
	if next, err = r.note(node{kind: kind, parts: count}, pos, next); err != nil {
		return 0, err
	}
	for ; count > 0; count-- {
		if next, err = r.scan(next, depth+1); err != nil {
			return 0, err
		}
	}
	return next, nil
}
