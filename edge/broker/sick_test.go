package broker_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// Frames that no client should send cost next to nothing, and nobody else
// notices, before a password as behind it.
func TestSickFrames(t *testing.T) {
	garbage := make([]byte, 256<<10)
	dice := rand.NewChaCha8([32]byte{7})
	dice.Read(garbage)
	for name, frame := range map[string]string{
		"one packet":       "*1\r\n$9223372036854775807\r\n",
		"huge array":       "*99999999999\r\n",
		"huge string":      "*1\r\n$99999999999\r\n",
		"negative string":  "*1\r\n$-9223372036854775808\r\n",
		"deep nesting":     strings.Repeat("*1\r\n", 100_000),
		"wide and empty":   "*65536\r\n" + strings.Repeat("$0\r\n\r\n", 10_000),
		"garbage":          string(garbage),
		"garbage, inline":  "GET " + strings.ReplaceAll(string(garbage), "\n", "x"),
		"endless line":     strings.Repeat("x", 1<<20),
		"endless length":   "*" + strings.Repeat("1", 1<<20),
		"quotes":           strings.Repeat("\"", 50_000) + "\r\n",
		"half a frame":     "*2\r\n$4\r\nPI",
		"announced, never": "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4000000\r\nx",
	} {
		for _, password := range []string{"", "secret"} {
			t.Run(name+" "+password, func(t *testing.T) {
				b, addr := serve(t, broker.Config{Password: password})
				other := dial(t, addr)
				if password != "" {
					other.do("AUTH", password)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				conn, err := net.Dial("tcp", addr)
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(patience))
				go io.Copy(io.Discard, conn)
				conn.Write([]byte(frame)) // may fail, as the broker hangs up early
				if got := string(other.do("PING").Bytes); got != "PONG" {
					t.Errorf("another client got %q", got)
				}
				conn.Close()
				for b.Stats().Clients > 1 {
					other.do("PING")
				}
				runtime.ReadMemStats(&after)
				if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
					t.Errorf("%d bytes were allocated", n)
				}
			})
		}
	}
}

// slowly runs a story with a broker and one client over a pipe, in fake time.
func slowly(t *testing.T, cfg broker.Config, story func(b *broker.Broker, p *peer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ln := newPipes()
		b := broker.New(cfg)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- b.Serve(ctx, ln) }()
		ours, theirs := net.Pipe()
		ln.conns <- theirs
		story(b, &peer{t, ours, resp.NewReader(ours, resp.Limits{})})
		ours.Close()
		cancel()
		ln.Close()
		<-ended
	})
}

// A command that does not come to its end is given up, however it trickles.
func TestHalfACommandForTooLong(t *testing.T) {
	for _, drip := range []time.Duration{0, time.Second} {
		slowly(t, broker.Config{CommandTimeout: time.Minute}, func(b *broker.Broker, p *peer) {
			start := time.Now()
			p.conn.Write([]byte("*2\r\n$4\r\nECHO\r\n$1000\r\n"))
			for drip > 0 {
				time.Sleep(drip)
				if _, err := p.conn.Write([]byte("x")); err != nil {
					break
				}
			}
			if _, err := p.rd.ReadReply(); err == nil {
				t.Error("it got a reply")
			}
			if took := time.Since(start); took < time.Minute || took > 62*time.Second {
				t.Errorf("drip %v: given up after %v, want a minute", drip, took)
			}
			synctest.Wait()
			if n := b.Stats().Cut; n != 1 {
				t.Errorf("%d cut, want 1", n)
			}
		})
	}
}

// A client that is slow but comes to the end of each command stays, and so does
// one that says nothing.
func TestSlowButWhole(t *testing.T) {
	slowly(t, broker.Config{CommandTimeout: time.Minute}, func(b *broker.Broker, p *peer) {
		for range 10 {
			for _, piece := range []string{"*1\r\n", "$4\r\nPI", "NG\r\n"} {
				time.Sleep(25 * time.Second)
				p.conn.Write([]byte(piece))
			}
			if got := string(p.read().Bytes); got != "PONG" {
				t.Fatalf("got %q", got)
			}
		}
		time.Sleep(1000 * time.Hour)
		if got := string(p.do("PING").Bytes); got != "PONG" {
			t.Errorf("got %q", got)
		}
	})
}

// Half-sent commands of all clients together have a bound: who sends the most is
// cut, and who sends little or whole commands is not.
func TestHalfCommandsOfMany(t *testing.T) {
	const most, each = 2 << 20, 300 << 10
	b, addr := serve(t, broker.Config{MaxBuffers: most})
	healthy := dial(t, addr)
	half := append([]byte("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n"), make([]byte, each)...)
	for i := range 50 {
		sick := dial(t, addr)
		sick.conn.Write(half)
		if got := string(healthy.do("SET", "k", strings.Repeat("x", 100<<10)).Bytes); got != "OK" {
			t.Fatalf("%d: got %q", i, got)
		}
	}
	for b.Stats().Cut < 40 {
		if n := b.Stats().Buffers; n > 2*most {
			t.Fatalf("%d bytes in buffers, want at most %d", n, most)
		}
		healthy.do("PING")
	}
	for deadline := time.Now().Add(patience); b.Stats().Buffers > most; healthy.do("PING") { // who was cut is still leaving
		if time.Now().After(deadline) {
			t.Fatalf("got %+v", b.Stats())
		}
	}
}

// Buffers that are empty are given back before anybody is cut.
func TestEmptyBuffersAreGivenBack(t *testing.T) {
	const most = 1 << 20
	b, addr := serve(t, broker.Config{MaxBuffers: most})
	pipeline := strings.Repeat("PING\r\n", 20_000)
	for range 60 {
		p := dial(t, addr)
		go p.conn.Write([]byte(pipeline))
		for range 20_000 {
			p.read()
		}
		defer p.do("PING")
	}
	for b.Stats().Buffers > most {
		runtime.Gosched()
	}
	if n := b.Stats().Cut; n != 0 {
		t.Errorf("%d were cut", n)
	}
}

// A client that waits keeps no large buffer, and what it sends behind the command
// that waits counts.
func TestWaitingTakesLittle(t *testing.T) {
	const most = 1 << 20
	b, addr := serve(t, broker.Config{MaxBuffers: most})
	control := dial(t, addr)
	pipeline := strings.Repeat("PING\r\n", 20_000) + "BLPOP l 0\r\n"
	var waiting []*peer
	for range 30 {
		p := dial(t, addr)
		go p.conn.Write([]byte(pipeline))
		for range 20_000 {
			p.read()
		}
		waiting = append(waiting, p)
	}
	for blockedClients(control) < len(waiting) {
	}
	for b.Stats().Buffers > 0 {
		control.do("PING")
	}
	for _, p := range waiting[:10] {
		p.conn.Write([]byte("SET k " + strings.Repeat("x", 200<<10)))
	}
	for b.Stats().Cut < 5 {
		control.do("PING")
	}
	for range waiting {
		control.do("RPUSH", "l", "x")
	}
	for _, p := range waiting[10:] {
		if got := p.read(); len(got.Elems) != 2 {
			t.Errorf("got %q", got.Bytes)
		}
	}
}

// Replies that nobody takes have a bound over all clients together.
func TestRepliesOfMany(t *testing.T) {
	const most = 8 << 20
	b, addr := serve(t, broker.Config{MaxBuffers: most, WriteTimeout: time.Hour})
	healthy := dial(t, addr)
	healthy.do("SET", "k", strings.Repeat("x", 1<<20))
	request := []byte(strings.Repeat("GET k\r\n", 100))
	for range 60 {
		deaf := dial(t, addr)
		deaf.conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		deaf.conn.Write(request)
		if got := healthy.do("GET", "k"); len(got.Bytes) != 1<<20 {
			t.Fatalf("got %q", got.Bytes)
		}
	}
	for s := b.Stats(); s.Cut < 30 || s.Buffers > most; s = b.Stats() {
		healthy.do("PING")
	}
}

// Whoever connects and leaves, thousands of times, leaves nothing behind.
func TestTenThousandConnects(t *testing.T) {
	b, addr := serve(t, broker.Config{MaxClients: 100})
	steady := dial(t, addr)
	steady.do("PING")
	for i := range 10_000 {
		conn, err := net.Dial("tcp", addr)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		if err != nil {
			continue // the system has no room for it
		}
		conn.(*net.TCPConn).SetLinger(0) // and no trace in the system either
		if i%2 == 0 {
			conn.Write([]byte("*1\r\n$4\r\nPI"))
		}
		conn.Close()
		if i%100 == 0 {
			if got := string(steady.do("PING").Bytes); got != "PONG" {
				t.Fatalf("got %q", got)
			}
		}
	}
	for b.Stats().Clients > 1 {
		steady.do("PING")
	}
	if s := b.Stats(); s.Buffers != 0 || s.Memory != 0 || s.Cut != 0 {
		t.Errorf("%+v", s)
	}
}

// A name is no place to keep megabytes.
func TestLongName(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	p := dial(t, addr)
	for _, line := range [][]string{{"CLIENT", "SETNAME"}, {"CLIENT", "SETINFO", "LIB-NAME"}, {"HELLO", "2", "SETNAME"}} {
		if got := p.do(append(line, strings.Repeat("x", 2000))...); !got.Failed() {
			t.Errorf("%q: got %s", line, got.Bytes)
		}
	}
}
