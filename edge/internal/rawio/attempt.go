package rawio

import "syscall"

// Attempt is a write that does not wait, for one goroutine at a time. It is reused,
// as a closure for each would be an allocation.
type Attempt struct {
	run func(fd uintptr) bool // the method once
	b   []byte
	n   int
}

// NewAttempt returns an Attempt that can be used again and again.
func NewAttempt() *Attempt {
	a := new(Attempt)
	a.run = a.once
	return a
}

// Write reports how much of b a socket takes at once: nothing when that fails, which
// a write that waits will meet again.
func (a *Attempt) Write(raw syscall.RawConn, b []byte) int {
	a.b, a.n = b, 0
	_ = raw.Write(a.run) // then nothing is written
	a.b = nil
	return a.n
}

// once returns true: it is not to be called again when the socket has room.
func (a *Attempt) once(fd uintptr) bool {
	n, _ := Write(fd, a.b)
	a.n = max(n, 0)
	return true
}
