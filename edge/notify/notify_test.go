package notify_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/notify"
)

func TestMessagesAsSystemdReadsThem(t *testing.T) {
	sockets := map[string]string{
		"path":     filepath.Join(t.TempDir(), "notify"),
		"abstract": fmt.Sprintf("@daebus-notify-%d", os.Getpid()),
	}
	for kind, name := range sockets {
		t.Run(kind, func(t *testing.T) {
			manager := listen(t, name)
			n := notifier(t, name)
			for _, c := range []struct {
				send func() error
				want string
			}{
				{n.Ready, "READY=1"},
				{func() error { return n.Status("bus up") }, "STATUS=bus up"},
				{func() error { return n.Status("two\nREADY=1\r\n") }, "STATUS=two READY=1  "},
				{n.Watchdog, "WATCHDOG=1"},
				{n.Stopping, "STOPPING=1"},
			} {
				if err := c.send(); err != nil {
					t.Fatal(err)
				}
				if got := receive(t, manager); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

func TestWithoutSystemdNothingHappens(t *testing.T) {
	bare(t)
	n, err := notify.New()
	if n != nil || err != nil {
		t.Fatalf("got %v, %v, want nil, nil", n, err)
	}
	if err := errors.Join(n.Ready(), n.Status("fine"), n.Watchdog(), n.Stopping()); err != nil {
		t.Errorf("got %v, want no error", err)
	}
	if got := n.WatchdogInterval(); got != 0 {
		t.Errorf("interval: got %v, want 0", got)
	}
}

func TestWatchdogInterval(t *testing.T) {
	us := strconv.Itoa(os.Getpid())
	for _, c := range []struct {
		usec, pid string
		want      time.Duration
		ok        bool
	}{
		{"", "", 0, true},
		{"30000000", "", 15 * time.Second, true},
		{"30000000", us, 15 * time.Second, true},
		{"30000000", "1", 0, true},
		{"0", us, 0, false},
		{"-1", us, 0, false},
		{"30s", us, 0, false},
		{"99999999999999999999", us, 0, false},
	} {
		t.Run(c.usec+" for "+c.pid, func(t *testing.T) {
			bare(t)
			t.Setenv("NOTIFY_SOCKET", "/run/notify")
			t.Setenv("WATCHDOG_USEC", c.usec)
			t.Setenv("WATCHDOG_PID", c.pid)
			n, err := notify.New()
			if (err == nil) != c.ok {
				t.Fatalf("got error %v, want ok=%v", err, c.ok)
			}
			if got := n.WatchdogInterval(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestUnknownSocketIsRefused(t *testing.T) {
	bare(t)
	t.Setenv("NOTIFY_SOCKET", "vsock:2:1234")
	if n, err := notify.New(); n != nil || err == nil {
		t.Errorf("got %v, %v, want nil and an error", n, err)
	}
}

func TestManagerThatIsGoneIsAnError(t *testing.T) {
	n := notifier(t, filepath.Join(t.TempDir(), "gone"))
	if err := n.Ready(); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("got %v, want %v", err, syscall.ENOENT)
	}
}

func TestManagerThatHangsIsAnError(t *testing.T) {
	name := filepath.Join(t.TempDir(), "notify")
	listen(t, name) // and never read
	n := notifier(t, name)
	for range 10_000 { // more than any queue of datagrams holds
		if err := n.Watchdog(); err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %v, want %v", err, os.ErrDeadlineExceeded)
			}
			return
		}
	}
	t.Error("10,000 messages to a manager that does not read: got no error")
}

// bare empties the environment New reads, until the test ends.
func bare(t *testing.T) {
	t.Helper()
	for _, name := range []string{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"} {
		t.Setenv(name, "")
	}
}

func notifier(t *testing.T, socket string) *notify.Notifier {
	t.Helper()
	bare(t)
	t.Setenv("NOTIFY_SOCKET", socket)
	n, err := notify.New()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func listen(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func receive(t *testing.T, conn *net.UnixConn) string {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}
