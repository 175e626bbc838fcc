package resp

import "bytes"

// splitLine notes where the words of an inline command lie, with the quoting
// of Redis' sdssplitargs: "double" with \n \r \t \b \a \xHH, 'single' with \'.
// Quoted words are decoded in place, as they never grow. It reports false when
// quotes do not balance.
func splitLine(spans []span, line []byte) ([]span, bool) {
	if i := bytes.IndexByte(line, 0); i >= 0 {
		line = line[:i] // a C string ends here
	}
	w := words{line: line}
	for {
		for w.pos < len(line) && isSpace(line[w.pos]) {
			w.pos++
		}
		if w.pos == len(line) {
			return spans, true
		}
		start := w.pos
		end, ok := w.next()
		if !ok {
			return spans, false
		}
		spans = append(spans, span{start, end})
	}
}

type words struct {
	line []byte
	pos  int // next byte to read
	out  int // next byte to write; never ahead of pos
}

// next decodes the word that begins at pos and returns where it ends.
func (w *words) next() (end int, ok bool) {
	w.out = w.pos
	for w.pos < len(w.line) {
		switch c := w.line[w.pos]; c {
		case ' ', '\t', '\r', '\n':
			return w.out, true
		case '"', '\'':
			w.pos++
			ok := w.quoted(c)
			return w.out, ok
		default:
			w.put(c, 1)
		}
	}
	return w.out, true
}

// put writes c for n bytes of input.
func (w *words) put(c byte, n int) {
	w.line[w.out] = c
	w.out++
	w.pos += n
}

// quoted decodes up to the closing quote, which a blank or the end must follow.
func (w *words) quoted(quote byte) bool {
	for w.pos < len(w.line) {
		c := w.line[w.pos]
		rest := w.line[w.pos+1:]
		switch {
		case c == quote:
			w.pos++
			return len(rest) == 0 || isSpace(rest[0])
		case c != '\\' || len(rest) == 0:
			w.put(c, 1)
		case quote == '\'' && rest[0] != '\'':
			w.put(c, 1)
		case quote == '"' && len(rest) >= 3 && rest[0] == 'x' && isHex(rest[1]) && isHex(rest[2]):
			w.put(hexValue(rest[1])<<4|hexValue(rest[2]), 4)
		default:
			w.put(unescape(rest[0]), 2)
		}
	}
	return false
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'b':
		return '\b'
	case 'a':
		return '\a'
	}
	return c
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
