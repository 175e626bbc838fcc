package host_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/host"
	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

func TestMain(m *testing.M) { leak.Main(m) }

// patience is for what should take milliseconds, on a machine that is busy.
const patience = 20 * time.Second

func config(dir, name string) host.Config {
	return host.Config{
		Name: name,
		Listen: func() ([]net.Listener, error) {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			return []net.Listener{ln}, err
		},
		Broker: broker.Config{Dir: dir},
	}
}

// serve runs a host until the test ends, or stop is called.
func serve(t *testing.T, cfg host.Config) (h *host.Host, stop func()) {
	t.Helper()
	h, err := host.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		defer close(done)
		done <- h.Serve(ctx)
	}()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
	t.Cleanup(stop)
	return h, stop
}

// do sends one command over a connection of its own.
func do(t *testing.T, conn net.Conn, err error, words ...string) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write(resp.AppendCommand(nil, words...)); err != nil {
		t.Fatal(err)
	}
	r, err := resp.NewReader(conn, resp.Limits{}).ReadReply()
	if err != nil || r.Failed() {
		t.Fatalf("%q: got %q, %v", words, r.Bytes, err)
	}
	return string(r.Bytes)
}

// A directory has one host at a time, and what was written goes from one to the
// next.
func TestOneAfterTheOther(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "broker")
	for n := range 3 {
		h, stop := serve(t, config(dir, fmt.Sprintf("host %d", n)))
		_, err := host.Open(config(dir, "other"))
		taken, ok := errors.AsType[*host.Taken](err)
		if want := fmt.Sprintf("host %d (process %d)", n, os.Getpid()); !ok || taken.By != want || taken.Dir != dir {
			t.Fatalf("got %v, want it taken by %s", err, want)
		}
		near, err := h.Dial(t.Context())
		do(t, near, err, "APPEND", "key", "x")
		conn, err := net.Dial("tcp", h.Addrs()[0].String())
		got := do(t, conn, err, "GET", "key")
		if want := strings.Repeat("x", n+1); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		stop()
		if err := h.Check(t.Context()); err == nil {
			t.Error("a host that has ended answers")
		}
	}
}

func TestWithoutADirectoryNothingIsLocked(t *testing.T) {
	one, _ := serve(t, config("", "one"))
	two, _ := serve(t, config("", "two"))
	for _, h := range []*host.Host{one, two} {
		if err := h.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatCannotListenGivesTheDirectoryBack(t *testing.T) {
	dir := t.TempDir()
	cfg := config(dir, "deaf")
	deaf := errors.New("deaf")
	cfg.Listen = func() ([]net.Listener, error) { return nil, deaf }
	if _, err := host.Open(cfg); !errors.Is(err, deaf) {
		t.Errorf("got %v", err)
	}
	serve(t, config(dir, "next"))
}

func TestDirectoryThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := host.Open(config(filepath.Join(file, "broker"), "lost"))
	if err == nil || !strings.Contains(err.Error(), "its log cannot be in "+file) || !strings.Contains(err.Error(), "--broker-dir") {
		t.Errorf("got %v", err)
	}
}

// A host one of whose listeners fails ends as a whole, so that another may take
// over.
func TestListenerThatFails(t *testing.T) {
	cfg := config(t.TempDir(), "one")
	listen := cfg.Listen
	var opened []net.Listener
	cfg.Listen = func() (_ []net.Listener, err error) {
		opened, err = listen()
		return opened, err
	}
	h, err := host.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	opened[0].Close()
	if err := h.Serve(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
	serve(t, config(cfg.Broker.Dir, "two"))
}
