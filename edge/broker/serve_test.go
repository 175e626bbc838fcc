package broker_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

func TestServeTwoListeners(t *testing.T) {
	b := broker.New(broker.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 2)
	for _, ln := range []net.Listener{tcp, unix} {
		go func() { ended <- b.Serve(ctx, ln) }()
	}
	sub := dial(t, tcp.Addr().String())
	sub.do("SUBSCRIBE", "c")
	conn, err := net.Dial("unix", unix.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	pub := &peer{t, conn, resp.NewReader(conn, resp.Limits{})}
	if n := pub.do("PUBLISH", "c", "hi").Int; n != 1 {
		t.Errorf("reached %d, want 1", n)
	}
	if m := sub.message(); m != "hi" {
		t.Errorf("got %q", m)
	}
	if list := string(pub.do("CLIENT", "LIST").Bytes); strings.Count(list, "\n") != 2 || !strings.Contains(list, "flags=U") {
		t.Errorf("got %s", list)
	}
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if _, err := sub.rd.ReadReply(); err == nil {
		t.Error("the client is still connected")
	}
	if n := b.Stats().Clients; n != 0 {
		t.Errorf("%d clients left", n)
	}
}

func TestServeReturnsWhenTheListenerFails(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if err := broker.New(broker.Config{}).Serve(t.Context(), ln); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v, want %v", err, net.ErrClosed)
	}
}

func TestMaxClients(t *testing.T) {
	b, addr := serve(t, broker.Config{MaxClients: 2})
	first, second := dial(t, addr), dial(t, addr)
	first.do("PING")
	second.do("PING")
	third := dial(t, addr)
	if got, err := io.ReadAll(third.conn); string(got) != "-ERR max number of clients reached\r\n" {
		t.Errorf("got %q, %v", got, err)
	}
	if n := b.Stats().Rejected; n != 1 {
		t.Errorf("%d rejected, want 1", n)
	}
}

func TestMaxMemory(t *testing.T) {
	b, addr := serve(t, broker.Config{MaxMemory: 10_000})
	p := dial(t, addr)
	const oom = "OOM command not allowed when used memory > 'maxmemory'."
	p.do("SET", "soon", strings.Repeat("x", 5000), "PX", "1")
	for !p.do("GET", "soon").Failed() && b.Stats().Expired == 0 {
	}
	p.do("SET", "a", strings.Repeat("x", 9000))
	if got := p.do("SET", "b", strings.Repeat("x", 9000)); string(got.Bytes) != oom {
		t.Errorf("got %q", got.Bytes)
	}
	p.do("DEL", "a")
	if got := p.do("SET", "b", "x"); string(got.Bytes) != "OK" {
		t.Errorf("got %q", got.Bytes)
	}
	p.do("FLUSHALL")
	if n := b.Stats().Memory; n != 0 {
		t.Errorf("%d bytes are used by nothing", n)
	}
	for i := range 100 {
		if got := p.do("SUBSCRIBE", strings.Repeat("c", 1000)+string(rune('0'+i))); got.Failed() {
			if string(got.Bytes) != oom || i < 5 {
				t.Errorf("subscription %d: got %q", i, got.Bytes)
			}
			return
		}
	}
	t.Error("subscriptions take no end of memory")
}

// What is due makes room before a write is refused, looked at or not.
func TestDueKeysMakeRoom(t *testing.T) {
	_, addr := serve(t, broker.Config{MaxMemory: 20_000})
	p := dial(t, addr)
	for i := range 10 {
		p.do("SET", string(rune('a'+i)), strings.Repeat("x", 1500), "PX", "1")
	}
	for deadline := time.Now().Add(patience); ; {
		if got := p.do("SET", "k", strings.Repeat("x", 15_000)); !got.Failed() {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("keys that are due take memory")
		}
	}
	if n := p.do("DBSIZE").Int; n > 4 { // there is room for three that are not due yet
		t.Errorf("%d keys, want 4 at most", n)
	}
}

func TestClientKill(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	killer, victim, self := dial(t, addr), dial(t, addr), dial(t, addr)
	victim.do("CLIENT", "SETNAME", "victim")
	address := victim.conn.LocalAddr().String()
	if list := string(killer.do("CLIENT", "LIST").Bytes); !strings.Contains(list, "addr="+address+" ") || !strings.Contains(list, "name=victim ") {
		t.Errorf("got %s", list)
	}
	if got := killer.do("CLIENT", "KILL", address); string(got.Bytes) != "OK" {
		t.Errorf("got %q", got.Bytes)
	}
	if _, err := victim.rd.ReadReply(); err == nil {
		t.Error("still connected")
	}
	id := self.do("CLIENT", "ID").Int
	if id == 0 || self.do("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no").Int < 1 {
		t.Error("want an id and a kill")
	}
	if _, err := self.rd.ReadReply(); err != io.EOF {
		t.Errorf("got %v, want EOF after the reply", err)
	}
}

// Whoever hangs up anywhere leaves nothing behind.
func TestHangUps(t *testing.T) {
	b, addr := serve(t, broker.Config{})
	whole := resp.AppendCommand(resp.AppendCommand(nil, "SUBSCRIBE", "c"), "PSUBSCRIBE", "c*")
	for i := range whole {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		conn.Write(whole[:i])
		conn.Close()
	}
	p := dial(t, addr)
	p.do("PING") // it is one of the clients then
	for deadline := time.Now().Add(patience); b.Stats().Clients != 1; p.do("PUBLISH", "c", "x") {
		if time.Now().After(deadline) {
			t.Fatalf("got %+v", b.Stats())
		}
	}
	if s := b.Stats(); s.Channels != 0 || s.Patterns != 0 || s.Memory != 0 {
		t.Errorf("got %+v", s)
	}
}

// A cut client is told of in one line, and one that goes by itself is not.
func TestLogsOnlyTheCut(t *testing.T) {
	var out lockedBuffer
	b, addr := serve(t, broker.Config{Logger: slog.New(slog.NewTextHandler(&out, nil)), HardOutput: 20 << 10})
	dial(t, addr).do("QUIT")
	dial(t, addr).do("SUBSCRIBE", "c")
	pub := dial(t, addr)
	for deadline := time.Now().Add(patience); b.Stats().Cut == 0; pub.do("PUBLISH", "c", strings.Repeat("x", 8<<10)) {
		if time.Now().After(deadline) {
			t.Fatal("never cut")
		}
	}
	for deadline := time.Now().Add(patience); out.String() == "" && time.Now().Before(deadline); {
		pub.do("PING")
	}
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "hard limit") {
		t.Errorf("got %s", got)
	}
}

type lockedBuffer struct {
	mu  sync.Mutex // guards below
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// The end of Serve does not wait for a client that takes its last replies slowly.
func TestServeEndsWhileAClientIsLeaving(t *testing.T) {
	ln := newPipes()
	b := broker.New(broker.Config{WriteTimeout: time.Hour})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Serve(ctx, ln) }()
	ours, theirs := net.Pipe() // a pipe holds nothing: every write waits for its reader
	defer ours.Close()
	ln.conns <- theirs
	ours.Write([]byte("SUBSCRIBE c\r\nQUIT\r\n"))
	for b.Stats().Channels > 0 || b.Stats().Commands < 2 {
	}
	cancel()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("Serve waits for a client that does not read")
	}
}
