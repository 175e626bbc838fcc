package redistest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds the wait for one server to be ready.
const startTimeout = 20 * time.Second

// Server is a running redis-server. Its methods fail the test when they cannot
// do what they say, and are for the test's own goroutine.
type Server struct {
	Addr string // host:port, the same for the life of the test

	t     testing.TB
	args  func(port string) []string
	ready string    // what the log says when it is
	cmd   *exec.Cmd // nil while it is down
}

// Start runs redis-server without persistence and waits until it is ready; args
// are further options, such as "--requirepass", "secret". Without the program
// the test is skipped, or fails when DAEBUS_REQUIRE_REDIS is 1.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	dir := t.TempDir()
	return launch(t, "Ready to accept connections", func(port string) []string {
		return append([]string{
			"--port", port, "--bind", "127.0.0.1", "--dir", dir,
			"--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0",
		}, args...)
	})
}

func launch(t testing.TB, ready string, args func(port string) []string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		const missing = "redis-server is not installed; to run this test: sudo apt-get install redis-server"
		if os.Getenv("DAEBUS_REQUIRE_REDIS") == "1" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	s := &Server{t: t, args: args, ready: ready}
	t.Cleanup(s.Kill)
	var err error
	for range 3 { // another process may take the free port first
		port := freePort(t)
		s.Addr = net.JoinHostPort("127.0.0.1", port)
		if err = s.start(); err == nil {
			return s
		}
	}
	t.Fatal(err)
	return nil
}

// Kill ends the server as a power cut would, and waits until it is gone.
// Killing one that is down does nothing.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Kill()
	s.cmd.Wait() // always "signal: killed"
	s.cmd = nil
}

// Stop freezes the server: its connections stay, and nothing answers.
func (s *Server) Stop() { s.signal(syscall.SIGSTOP) }

// Cont lets a frozen server go on.
func (s *Server) Cont() { s.signal(syscall.SIGCONT) }

// Restart kills the server if it runs, and starts it at the same address.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.start(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if s.cmd == nil {
		s.t.Fatalf("redistest: %v: the server is down", sig)
	}
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("redistest: %v: %v", sig, err)
	}
}

func (s *Server) start() error {
	_, port, _ := net.SplitHostPort(s.Addr)
	cmd := exec.Command("redis-server", s.args(port)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("redistest: %w", err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("redistest: %w", err)
	}
	late := time.AfterFunc(startTimeout, func() { cmd.Process.Kill() })
	defer late.Stop()
	var said []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said = append(said, lines.Text())
		if strings.Contains(lines.Text(), s.ready) {
			s.cmd = cmd
			return nil
		}
	}
	return fmt.Errorf("redistest: redis-server at %s: %v: %q", s.Addr, cmd.Wait(), said)
}

func freePort(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}
