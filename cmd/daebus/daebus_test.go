package main_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is for what should take milliseconds, on a machine that is busy.
const patience = 20 * time.Second

var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "daebus")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "daebus")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// daebus is the built binary, with these arguments and no setting from outside.
func daebus(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	return cmd
}

// broker is a running daebus broker.
type broker struct {
	*exec.Cmd
	said *output
	addr string // of its TCP
}

// start runs a broker that is killed when the test ends, if it has not ended.
func start(t *testing.T, env []string, args ...string) *broker {
	t.Helper()
	b := &broker{Cmd: daebus(t, append([]string{"broker", "--listen", "127.0.0.1:0"}, args...)...), said: new(output)}
	b.Env = append(b.Env, env...)
	b.Stdout, b.Stderr = b.said, b.said
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.Process.Kill()
		b.Wait()
		if t.Failed() {
			t.Logf("%v said:\n%s", args, b.said)
		}
	})
	eventually(t, "the broker runs", func() bool { return strings.Contains(b.said.String(), "msg=running") })
	_, rest, _ := strings.Cut(b.said.String(), `msg="the broker listens" addr=`)
	b.addr, _, _ = strings.Cut(rest, " ")
	return b
}

// end signals the broker and returns the status it ends with.
func (b *broker) end(t *testing.T, sig os.Signal) int {
	t.Helper()
	if err := b.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	b.Wait()
	return b.ProcessState.ExitCode()
}

// output is what a process says, which may be read meanwhile.
type output struct {
	mu   sync.Mutex // guards below
	text strings.Builder
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("in vain waited for: %s", what)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"", 2, "daebus: want a command: broker"},
		{"brocker", 2, `daebus: unknown command "brocker": want broker`},
		{"--help", 0, "broker       run the broker"},
		{"--version", 0, "daebus "},
		{"broker --help", 0, "--broker-tls-cert"},
		{"broker --version", 0, "daebus broker "},
		{"broker --print-config", 0, `listen = "127.0.0.1:6379" # default`},
		{"broker --listen :1", 2, "want host:port, e.g. 127.0.0.1:6379, or 0.0.0.0:6379"},
		{"broker --broker-memry 1MiB", 2, "did you mean --broker-memory?"},
		{"broker --bus redis://host", 2, "flag provided but not defined: -bus"},
		{"broker --broker-tls :1", 2, "want all three, or none"},
		{"broker", 1, "daebus broker: broker: no directory for its log is known"},
		{"broker --broker-dir /dev/null/x", 1, "its log cannot be in /dev/null/x: "},
		{"broker --broker-dir none --listen 192.0.2.1:1", 1, "broker: listen on 192.0.2.1:1: "},
	} {
		t.Run(c.args, func(t *testing.T) {
			cmd := daebus(t, strings.Fields(c.args)...)
			out, err := cmd.CombinedOutput()
			if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != c.status || !strings.Contains(string(out), c.want) {
				t.Errorf("got status %d and\n%s\nwant %d and %s", got, out, c.status, c.want)
			}
		})
	}
}

// A broker that is told to end does so cleanly, and the next one has what was
// written.
func TestEndAndNext(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "bus.sock")
	args := []string{"--state-dir", dir, "--broker-socket", socket}
	want := ""
	for _, end := range []func(*broker) int{
		func(b *broker) int { return b.end(t, syscall.SIGTERM) },
		func(b *broker) int { return b.end(t, os.Interrupt) },
		func(b *broker) int {
			ask(t, b.addr, "SHUTDOWN")
			b.Wait()
			return b.ProcessState.ExitCode()
		},
	} {
		b := start(t, nil, args...)
		want += "x"
		ask(t, b.addr, "APPEND shop:*:stream x")
		if got := ask(t, b.addr, "GET shop:*:stream"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		second := daebus(t, "broker", "--listen", "127.0.0.1:0", "--state-dir", dir)
		out, _ := second.CombinedOutput()
		if by := fmt.Sprintf("in use by daebus broker (process %d)", b.Process.Pid); !strings.Contains(string(out), by) {
			t.Errorf("a second one: got %s, want %s", out, by)
		}
		if status := end(b); status != 0 {
			t.Errorf("got status %d, want 0", status)
		}
		if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the socket is left: %v", err)
		}
	}
}

// ask sends one command as a line and returns the line behind the length of the
// reply, if it has one.
func ask(t *testing.T, addr, command string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(conn, "%s\r\n", command)
	buf := make([]byte, 512)
	n, _ := conn.Read(buf) // SHUTDOWN has no reply
	lines := strings.Split(strings.TrimSpace(string(buf[:n])), "\r\n")
	return lines[len(lines)-1]
}

// What systemd is told, and a watchdog that is fed.
func TestUnderSystemd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	manager.SetReadDeadline(time.Now().Add(patience))
	b := start(t, []string{"NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=100000"}, "--broker-dir", "none")
	buf := make([]byte, 512)
	next := func() string {
		n, err := manager.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}
	ready, beats := false, 0
	for !ready || beats < 5 {
		switch next() {
		case "READY=1":
			ready = true
		case "WATCHDOG=1":
			beats++
		}
	}
	if status := b.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("got status %d, want 0", status)
	}
	for next() != "STOPPING=1" {
	}
}

// The units are as systemd wants them.
func TestUnits(t *testing.T) {
	need(t, "systemd", "systemd-analyze", "--version")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	units, err := filepath.Glob("../../build/systemd/*.service")
	if err != nil || len(units) == 0 {
		t.Fatalf("got %v, %v", units, err)
	}
	for _, unit := range units {
		text, err := os.ReadFile(unit)
		if err != nil {
			t.Fatal(err)
		}
		installed := filepath.Join(t.TempDir(), filepath.Base(unit))
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			if strings.HasPrefix(line, "ExecStart=") {
				lines[i] = "ExecStart=" + path
			}
		}
		if err := os.WriteFile(installed, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("systemd-analyze", "verify", installed).CombinedOutput()
		for line := range strings.Lines(string(out)) {
			if strings.HasPrefix(line, installed) && !strings.Contains(line, "'Restart") { // newer than some systemd
				t.Error(strings.TrimSpace(line))
			}
		}
		if err != nil {
			t.Errorf("%s: %v:\n%s", unit, err, out)
		}
	}
}

// need skips, or fails where everything has to be there, when a command does not
// work for want of a package.
func need(t *testing.T, of string, command ...string) {
	t.Helper()
	if exec.Command(command[0], command[1:]...).Run() == nil {
		return
	}
	missing := fmt.Sprintf("%s is not installed; to run this test: sudo apt-get install %s", of, of)
	if os.Getenv("DAEBUS_REQUIRE_ALL") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}
