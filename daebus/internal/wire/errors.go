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

// What a scanner wants where the trouble is not the byte that stands there.
const (
	anObject    = "an object"
	lessNesting = "less nesting"
)

// fail records that want was expected at i, unless there was trouble before. It returns -1, the offset that tells every
// caller up the stack to give up.
func (s *scanner) fail(i int, want string) int {
	if s.want == "" {
		s.at, s.want = i, want
	}
	return -1
}

// failure says why the text is refused, nil when it is not. Only here is an error made: a text may be tried and turn out
// not to be JSON, which costs nothing.
func (s *scanner) failure() error {
	switch {
	case s.want == "" && s.nan == 0:
		return nil
	case s.want == "":
		return fmt.Errorf("byte %d: %w", s.nan-1, ErrNaN)
	case s.want == lessNesting:
		return fmt.Errorf("byte %d: %w", s.at, ErrDepth)
	case s.want == anObject:
		return fmt.Errorf("byte %d: %w, found %s", s.at, ErrNotObject, kindOf(s.data[s.at]))
	case s.at >= len(s.data):
		return fmt.Errorf("byte %d: the message ends where %s was expected", len(s.data), s.want)
	}
	r, _ := utf8.DecodeRune(s.data[s.at:])
	return fmt.Errorf("byte %d: found %q where %s was expected", s.at, r, s.want)
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
