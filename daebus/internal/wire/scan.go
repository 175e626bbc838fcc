package wire

// A scanner walks over one JSON text (RFC 8259). Its methods take the offset of a token's first byte and return the
// offset after the token, or -1 once the text cannot be JSON.
type scanner struct {
	data    []byte
	at      int    // where the text stops being JSON
	want    string // what was expected there; empty while all is well
	nan     int    // offset of the first NaN or Infinity, plus one
	escaped bool   // the latest string value holds an escape
}

// valid reports whether data is exactly one JSON value.
func valid(data []byte) bool {
	s := scanner{data: data}
	return s.whole(s.space(0)) && s.nan == 0
}

// whole scans the value at i and the space after it, which must reach the end of the text.
func (s *scanner) whole(i int) bool {
	if i = s.value(i, MaxDepth); i < 0 {
		return false
	}
	return s.end(i)
}

func (s *scanner) end(i int) bool {
	if i = s.space(i); i < len(s.data) {
		s.fail(i, "the end of the message")
		return false
	}
	return true
}

// space returns the offset of the first byte at or after i that is not white space.
func (s *scanner) space(i int) int {
	for i < len(s.data) {
		switch s.data[i] {
		case ' ', '\n', '\t', '\r':
			i++
		default:
			return i
		}
	}
	return i
}

// value scans any value. room is how many more objects and arrays may be opened.
func (s *scanner) value(i, room int) int {
	if i >= len(s.data) {
		return s.fail(i, "a value")
	}
	switch c := s.data[i]; c {
	case '"':
		i, s.escaped = s.text(i)
		return i
	case '{', '[':
		if room == 0 {
			return s.fail(i, lessNesting)
		}
		if c == '{' {
			return s.object(i, room-1)
		}
		return s.array(i, room-1)
	case 't':
		return s.word(i, "true")
	case 'f':
		return s.word(i, "false")
	case 'n':
		return s.word(i, "null")
	case 'N':
		return s.notNumber(i, i, "NaN")
	case 'I':
		return s.notNumber(i, i, "Infinity")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number(i)
	}
	return s.fail(i, "a value")
}

func (s *scanner) object(i, room int) int {
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == '}' {
		return i + 1
	}
	for {
		if i, _ = s.key(i); i < 0 {
			return -1
		}
		if i = s.colon(i); i < 0 {
			return -1
		}
		if i = s.value(i, room); i < 0 {
			return -1
		}
		i = s.space(i)
		if i >= len(s.data) {
			return s.fail(i, "a comma or '}'")
		}
		switch s.data[i] {
		case '}':
			return i + 1
		case ',':
			i = s.space(i + 1)
		default:
			return s.fail(i, "a comma or '}'")
		}
	}
}

// key scans a member's name and reports whether it holds an escape.
func (s *scanner) key(i int) (end int, escaped bool) {
	if i >= len(s.data) || s.data[i] != '"' {
		return s.fail(i, "a quoted key"), false
	}
	return s.text(i)
}

// colon scans what stands between a member's name and its value.
func (s *scanner) colon(i int) int {
	if i = s.space(i); i >= len(s.data) || s.data[i] != ':' {
		return s.fail(i, "a colon")
	}
	return s.space(i + 1)
}

func (s *scanner) array(i, room int) int {
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == ']' {
		return i + 1
	}
	for {
		if i = s.value(i, room); i < 0 {
			return -1
		}
		i = s.space(i)
		if i >= len(s.data) {
			return s.fail(i, "a comma or ']'")
		}
		switch s.data[i] {
		case ']':
			return i + 1
		case ',':
			i = s.space(i + 1)
		default:
			return s.fail(i, "a comma or ']'")
		}
	}
}

func (s *scanner) word(i int, word string) int {
	for k := range len(word) {
		if i+k >= len(s.data) || s.data[i+k] != word[k] {
			return s.fail(i+k, word)
		}
	}
	return i + len(word)
}

// notNumber scans word at i and remembers that a number JSON does not have started at from.
func (s *scanner) notNumber(from, i int, word string) int {
	end := s.word(i, word)
	if end > 0 && s.nan == 0 {
		s.nan = from + 1
	}
	return end
}

func (s *scanner) number(i int) int {
	from := i
	if s.data[i] == '-' {
		i++
		if i < len(s.data) && s.data[i] == 'I' {
			return s.notNumber(from, i, "Infinity")
		}
	}
	if i < len(s.data) && s.data[i] == '0' {
		i++
	} else if i = s.digits(i); i < 0 {
		return -1
	}
	if i < len(s.data) && s.data[i] == '.' {
		if i = s.digits(i + 1); i < 0 {
			return -1
		}
	}
	if i < len(s.data) && s.data[i]|0x20 == 'e' {
		i++
		if i < len(s.data) && (s.data[i] == '+' || s.data[i] == '-') {
			i++
		}
		return s.digits(i)
	}
	return i
}

// digits scans one or more digits.
func (s *scanner) digits(i int) int {
	from := i
	for i < len(s.data) && s.data[i]-'0' <= 9 {
		i++
	}
	if i == from {
		return s.fail(i, "a digit")
	}
	return i
}
