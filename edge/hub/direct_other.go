//go:build !linux

package hub

import (
	"net"
	"syscall"
)

// directly is nil: every write is one that may wait.
func directly(net.Conn) syscall.RawConn { return nil }

type attempt struct{}

func newAttempt() *attempt { return nil }

func (*attempt) write(syscall.RawConn, []byte) int { return 0 }
