package probe

import (
	"bytes"
	"strconv"
)

// The kernel's text files are lines of fields. These cut them without copying.

// cutLine returns the first line of text, without its end, and what follows.
func cutLine(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte{'\n'})
	return line, rest
}

// cutField returns the first field of line and what follows; field is empty
// when there is none.
func cutField(line []byte) (field, rest []byte) {
	line = bytes.TrimLeft(line, " \t")
	if i := bytes.IndexAny(line, " \t"); i >= 0 {
		return line[:i], line[i:]
	}
	return line, nil
}

// nthField returns field n of line, counted from 0; empty when there is none.
func nthField(line []byte, n int) []byte {
	field, rest := cutField(line)
	for ; n > 0; n-- {
		field, rest = cutField(rest)
	}
	return field
}

// The conversions stay on the stack: strconv does not keep its argument.

func uintOf(field []byte) (uint64, bool) {
	v, err := strconv.ParseUint(string(field), 10, 64)
	return v, err == nil
}

func intOf(field []byte) (int64, bool) {
	v, err := strconv.ParseInt(string(field), 10, 64)
	return v, err == nil
}

func floatOf(field []byte) (float64, bool) {
	v, err := strconv.ParseFloat(string(field), 64)
	return v, err == nil && finite(v)
}
