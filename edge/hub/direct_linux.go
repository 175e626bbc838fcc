package hub

import (
	"net"
	"syscall"
)

// descriptor is that of the socket under c, which is c's until c is closed; -1 when
// there is none, or bytes do not go over it as they are.
func descriptor(c net.Conn) int {
	fd := -1
	switch c.(type) {
	case *net.TCPConn, *net.UnixConn:
		if raw, err := c.(syscall.Conn).SyscallConn(); err == nil {
			_ = raw.Control(func(open uintptr) { fd = int(open) }) // a closed one has none
		}
	}
	return fd
}
