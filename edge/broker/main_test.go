package broker_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

func TestMain(m *testing.M) { leak.Main(m) }

// patience is how long any one answer may take on a slow machine.
const patience = 20 * time.Second

// serve runs a broker for the length of the test.
func serve(t testing.TB, cfg broker.Config) (*broker.Broker, string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := broker.New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return b, ln.Addr().String()
}

// peer is a raw connection.
type peer struct {
	t    testing.TB
	conn net.Conn
	rd   *resp.Reader
}

func dial(t testing.TB, addr string) *peer {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(3 * patience))
	return &peer{t, conn, resp.NewReader(conn, resp.Limits{})}
}

func (p *peer) send(args ...string) {
	p.t.Helper()
	if _, err := p.conn.Write(resp.AppendCommand(nil, args...)); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) read() resp.Reply {
	p.t.Helper()
	r, err := p.rd.ReadReply()
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// do sends a command and returns its reply.
func (p *peer) do(args ...string) resp.Reply {
	p.t.Helper()
	p.send(args...)
	return p.read()
}

// message reads the next message, and returns its payload.
func (p *peer) message() string {
	p.t.Helper()
	r := p.read()
	if len(r.Elems) < 3 {
		p.t.Fatalf("got %c %q, want a message", r.Kind, r.Bytes)
	}
	return string(r.Elems[len(r.Elems)-1].Bytes)
}
