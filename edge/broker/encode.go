package broker

import (
	"fmt"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// The replies of a command, in the protocol version of the client. What is
// called from many places, here and elsewhere in the broker, is not inlined where
// that would not make it faster: it would be a quarter of the broker's code.

//go:noinline
func (c *client) ok() { c.replies = append(c.replies, "+OK\r\n"...) }

//go:noinline
func (c *client) simple(s string) {
	if c.hasRoom() {
		c.replies = resp.AppendSimple(c.replies, s)
	}
}

//go:noinline
func (c *client) errorText(s string) { c.replies = resp.AppendError(c.replies, s) }

func (c *client) errorf(format string, args ...any) { c.errorText(fmt.Sprintf(format, args...)) }

// errorAbout replies what is wrong with an argument.
//
//go:noinline
func (c *client) errorAbout(problem string, arg []byte) {
	c.errorText(problem + " '" + cString(arg, len(arg)) + "'")
}

//go:noinline
func (c *client) int(n int) { c.int64(int64(n)) }

//go:noinline
func (c *client) int64(n int64) {
	if c.hasRoom() {
		c.replies = resp.AppendInt(c.replies, n)
	}
}

//go:noinline
func (c *client) null() { c.replies = resp.AppendNull(c.replies, c.proto) }

//go:noinline
func (c *client) nullArray() { c.replies = resp.AppendNullArray(c.replies, c.proto) }

func (c *client) double(f float64) {
	if c.hasRoom() {
		c.replies = resp.AppendDouble(c.replies, c.proto, f)
	}
}

//go:noinline
func (c *client) array(n int) {
	if c.hasRoom() {
		c.replies = resp.AppendArrayHeader(c.replies, n)
	}
}

//go:noinline
func (c *client) mapping(n int) {
	if c.hasRoom() {
		c.replies = resp.AppendMapHeader(c.replies, c.proto, n)
	}
}

//go:noinline
func (c *client) set(n int) {
	if c.hasRoom() {
		c.replies = resp.AppendSetHeader(c.replies, c.proto, n)
	}
}

func (c *client) push(n int) { c.replies = resp.AppendPushHeader(c.replies, c.proto, n) }

func (c *client) verbatim(s string) {
	if c.hasRoom() {
		c.replies = resp.AppendVerbatim(c.replies, c.proto, "txt", s)
	}
}

func (c *client) bulk(s string) {
	if c.hasRoom() {
		c.replies = resp.AppendBulk(c.replies, s)
	}
}

func (c *client) bytes(b []byte) {
	if c.hasRoom() {
		c.replies = resp.AppendBulk(c.replies, b)
	}
}

// hasRoom is false for a reply larger than any that makes sense: one that has
// the same large value many times. No more is added to it, and the client is cut
// when the command is done.
func (c *client) hasRoom() bool { return len(c.replies) <= 2*c.b.cfg.MaxMemory }

func (c *client) bulks(texts []string) {
	c.array(len(texts))
	for _, s := range texts {
		c.bulk(s)
	}
}

// field replies one entry of a mapping.
func (c *client) field(name, value string) {
	c.bulk(name)
	c.bulk(value)
}

// Errors that several commands reply.
const (
	errSyntax    = "ERR syntax error"
	errNoKey     = "ERR no such key"
	errNotInt    = "ERR value is not an integer or out of range"
	errNotFloat  = "ERR value is not a valid float"
	errWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value"
	errMemory    = "OOM command not allowed when used memory > 'maxmemory'."
	errAuth      = "NOAUTH Authentication required."
	errPassword  = "WRONGPASS invalid username-password pair or user is disabled."
)
