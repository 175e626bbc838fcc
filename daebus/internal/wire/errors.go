package wire

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// MaxDepth is how many objects and arrays may be open at once, the envelope itself included.
const MaxDepth = 512

// What a scan refuses for a reason of its own. Any other error of a scan is a text that is not JSON. All of them say at
// which byte of the message the trouble is.
var (
	// ErrNaN reports the bare words that Python writes for numbers JSON does not have. Only when the rest of the
	// message is sound does a scan return it, and then every field is filled in.
	ErrNaN = errors.New("NaN or Infinity is not JSON; send null or a number")

	// ErrDepth reports a message nested deeper than MaxDepth.
	ErrDepth = fmt.Errorf("nested deeper than %d levels", MaxDepth)

	// ErrNotObject reports a message that is valid JSON of another kind.
	ErrNotObject = errors.New("want a JSON object")
)

// fail records that data[i], or the end of the message, stands where want was expected. It returns -1, the offset that
// tells every caller up the stack to give up.
func (s *scanner) fail(i int, want string) int {
	if i >= len(s.data) {
		s.err = fmt.Errorf("byte %d: the message ends where %s was expected", len(s.data), want)
		return -1
	}
	r, _ := utf8.DecodeRune(s.data[i:])
	s.err = fmt.Errorf("byte %d: found %q where %s was expected", i, r, want)
	return -1
}

// kindOf names the JSON type of a value by its first byte.
func kindOf(c byte) string {
	switch c {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}
