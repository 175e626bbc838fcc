//go:build !linux

package hub

import (
	"net"
	"syscall"
)

// directly is nil: every write is one that may wait.
func directly(net.Conn) syscall.RawConn { return nil }
