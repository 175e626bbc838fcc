package wire

import (
	"unicode/utf16"
	"unicode/utf8"
)

// text scans a string, quotes included, and reports whether it holds an escape.
func (s *scanner) text(i int) (end int, escaped bool) {
	for i++; ; {
		i = special(s.data, i)
		if i >= len(s.data) {
			return s.fail(i, "a closing quote"), escaped
		}
		switch s.data[i] {
		case '"':
			return i + 1, escaped
		case '\\':
			escaped = true
			if i = s.escape(i); i < 0 {
				return -1, escaped
			}
		default:
			return s.fail(i, "a character of a string (control characters must be escaped)"), escaped
		}
	}
}

// escape scans a backslash and what belongs to it.
func (s *scanner) escape(i int) int {
	i++
	if i >= len(s.data) {
		return s.fail(i, "an escaped character")
	}
	switch s.data[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		for k := i + 1; k <= i+4; k++ {
			if k >= len(s.data) || hexValue(s.data[k]) < 0 {
				return s.fail(k, "a hexadecimal digit")
			}
		}
		return i + 5
	}
	return s.fail(i, "an escaped character")
}

func hexValue(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	}
	return -1
}

// appendDecoded appends the characters that body, the scanned content of a string, stands for. Invalid UTF-8 and halves
// of surrogate pairs become U+FFFD.
func appendDecoded(dst, body []byte) []byte {
	for i := 0; i < len(body); {
		if c := body[i]; c == '\\' {
			var r rune
			r, i = decodeEscape(body, i)
			dst = utf8.AppendRune(dst, r)
		} else if c < utf8.RuneSelf {
			dst = append(dst, c)
			i++
		} else {
			r, n := utf8.DecodeRune(body[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst
}

// decodeEscape returns what the escape at body[i] stands for, and the offset after it.
func decodeEscape(body []byte, i int) (rune, int) {
	switch c := body[i+1]; c {
	case 'b':
		return '\b', i + 2
	case 'f':
		return '\f', i + 2
	case 'n':
		return '\n', i + 2
	case 'r':
		return '\r', i + 2
	case 't':
		return '\t', i + 2
	case 'u':
		return decodeUnit(body, i)
	default: // a quote, a slash or a backslash stands for itself
		return rune(c), i + 2
	}
}

// decodeUnit decodes the \u and four digits at body[i], and those after it where the two
// are a surrogate pair.
func decodeUnit(body []byte, i int) (rune, int) {
	r := unit(body[i+2:])
	i += 6
	if !utf16.IsSurrogate(r) {
		return r, i
	}
	if i+6 <= len(body) && body[i] == '\\' && body[i+1] == 'u' {
		if pair := utf16.DecodeRune(r, unit(body[i+2:])); pair != utf8.RuneError {
			return pair, i + 6
		}
	}
	return utf8.RuneError, i
}

func unit(hex []byte) rune {
	return hexValue(hex[0])<<12 | hexValue(hex[1])<<8 | hexValue(hex[2])<<4 | hexValue(hex[3])
}
