package hub

import (
	"net"
	"syscall"

	"github.com/daebus/daebus-go/edge/internal/rawio"
)

// directly is access to the socket under c, or nil when there is none or bytes
// do not go over it as they are.
func directly(c net.Conn) syscall.RawConn {
	switch c.(type) {
	case *net.TCPConn, *net.UnixConn:
		raw, err := c.(syscall.Conn).SyscallConn()
		if err == nil {
			return raw
		}
	}
	return nil
}

// attempt is a write that does not wait. It is reused, so that none allocates.
type attempt struct {
	run func(fd uintptr) bool // the method once
	b   []byte
	n   int
}

func newAttempt() *attempt {
	a := new(attempt)
	a.run = a.once
	return a
}

// write reports how much of b the kernel has taken: nothing when that fails.
func (a *attempt) write(raw syscall.RawConn, b []byte) int {
	a.b, a.n = b, 0
	_ = raw.Write(a.run) // then nothing is written
	a.b = nil
	return a.n
}

// once returns true: it is not to be called again when the socket has room.
func (a *attempt) once(fd uintptr) bool {
	n, _ := rawio.Write(fd, a.b)
	a.n = max(n, 0)
	return true
}
