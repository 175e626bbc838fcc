package hub

import (
	"net"
	"syscall"
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
