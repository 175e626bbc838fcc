package broker

import (
	"strings"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// options reads the options of a command from the left. What is wrong is replied,
// the first time, and ends the reading:
//
//	o := options{c: c, rest: args}
//	for o.more() {
//		switch {
//		case o.take("COUNT", 1):
//			count = o.number(errNotInt)
//		default:
//			o.fail(errSyntax)
//		}
//	}
//	if o.failed {
//		return
//	}
type options struct {
	c      *client
	rest   [][]byte
	failed bool // and replied why
}

// more reports whether there is another option to read.
//
//go:noinline
func (o *options) more() bool { return len(o.rest) > 0 && !o.failed }

// take reads a word that has so many values behind it. False means that another
// one is there, or less behind it.
func (o *options) take(word string, values int) bool {
	if len(o.rest) <= values || !isWord(o.rest[0], word) {
		return false
	}
	o.rest = o.rest[1:]
	return true
}

// value reads what take found there.
//
//go:noinline
func (o *options) value() []byte {
	v := o.rest[0]
	o.rest = o.rest[1:]
	return v
}

// number reads a value that is an integer; what is none is the problem.
func (o *options) number(problem string) int64 {
	n, ok := resp.ParseInt(o.value())
	if !ok {
		o.fail(problem)
	}
	return n
}

// natural reads a number that is not negative.
func (o *options) natural(problem string) int64 {
	n := o.number(problem)
	if n < 0 {
		o.fail(problem)
	}
	return n
}

// fail replies a problem, unless there was one before.
//
//go:noinline
func (o *options) fail(problem string) {
	if !o.failed {
		o.c.errorText(problem)
	}
	o.failed = true
}

// check takes the word of another reader, which replies what is wrong itself.
func (o *options) check(ok bool) { o.failed = o.failed || !ok }

// isWord reports whether b is the word, in upper or lower case.
//
//go:noinline
func isWord(b []byte, word string) bool {
	return len(b) == len(word) && strings.EqualFold(string(b), word)
}

// bitOf returns the bit that stands for a word, by its place among the words; 0 for
// another.
//
//go:noinline
func bitOf(word []byte, words []string) int {
	for i, w := range words {
		if isWord(word, w) {
			return 1 << i
		}
	}
	return 0
}

// choose reads one of two words, or replies the error; isFirst says which.
func (c *client) choose(arg []byte, first, second string) (isFirst, ok bool) {
	isFirst = isWord(arg, first)
	if ok = isFirst || isWord(arg, second); !ok {
		c.errorText(errSyntax)
	}
	return isFirst, ok
}
