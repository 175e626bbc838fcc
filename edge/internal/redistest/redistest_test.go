package redistest_test

import (
	"bufio"
	"net"
	"os"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/redistest"
)

func ask(addr string, wait time.Duration) (string, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(wait))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

func TestServerLifeAndDeath(t *testing.T) {
	s := redistest.Start(t)
	addr := s.Addr
	alive := func() {
		t.Helper()
		if got, err := ask(addr, 10*time.Second); got != "+PONG\r\n" || err != nil {
			t.Fatalf("got %q, %v, want a pong", got, err)
		}
	}
	alive()
	s.Stop()
	if got, err := ask(addr, 50*time.Millisecond); !os.IsTimeout(err) {
		t.Fatalf("frozen: got %q, %v, want a timeout", got, err)
	}
	s.Cont()
	alive()
	s.Kill()
	if got, err := ask(addr, time.Second); err == nil {
		t.Fatalf("killed: got %q", got)
	}
	s.Restart()
	alive()
}

// A sentinel comes back with the configuration that it has rewritten.
func TestSentinelLifeAndDeath(t *testing.T) {
	s := redistest.StartSentinel(t, redistest.Start(t), 1)
	for range 2 {
		if got, err := ask(s.Addr, 10*time.Second); got != "+PONG\r\n" || err != nil {
			t.Fatalf("got %q, %v, want a pong", got, err)
		}
		s.Restart()
	}
}
