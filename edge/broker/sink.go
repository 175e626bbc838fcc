package broker

import (
	"net"
	"syscall"
	"time"

	"github.com/daebus/daebus-go/edge/internal/rawio"
)

// sink writes to a connection within a timeout. It is for one goroutine at a
// time.
type sink struct {
	conn    net.Conn
	timeout time.Duration
	set     time.Time // when the deadline in force was set

	raw     syscall.RawConn // nil: the connection has none
	attempt *rawio.Attempt
}

// tries makes try work where the connection allows for it.
func (s *sink) tries() {
	if sc, ok := s.conn.(syscall.Conn); ok {
		s.raw, _ = sc.SyscallConn()
		s.attempt = rawio.NewAttempt()
	}
}

// arm moves the deadline, at most four times in a timeout: each move costs a
// timer, and most writes do not wait at all.
func (s *sink) arm() {
	if now := time.Now(); now.Sub(s.set) > s.timeout/4 {
		s.conn.SetWriteDeadline(now.Add(s.timeout))
		s.set = now
	}
}

func (s *sink) write(p []byte) error {
	s.arm()
	_, err := s.conn.Write(p)
	return err
}

func (s *sink) writeAll(pieces [][]byte) error {
	for _, p := range pieces {
		if err := s.write(p); err != nil {
			return err
		}
	}
	return nil
}

// try writes what the connection takes at once, and returns how much that was.
// An error shows when the rest is written.
func (s *sink) try(p []byte) int {
	if s.raw == nil {
		return 0
	}
	return s.attempt.Write(s.raw, p)
}
