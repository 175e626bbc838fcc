package faultproxy_test

import (
	"errors"
	"io"
	"math/bits"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/faultproxy"
	"github.com/daebus/daebus-go/edge/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

// patience is for what should take milliseconds, on a machine that is busy.
const patience = 20 * time.Second

// echo is a server that sends back what it gets.
func echo(t *testing.T) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		wg.Wait()
	})
	return ln.Addr().String()
}

type client struct {
	*testing.T
	net.Conn
}

func dial(t *testing.T, p *faultproxy.Proxy) client {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return client{t, conn}
}

func (c client) says(text string) {
	c.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		c.Fatal(err)
	}
}

func (c client) hears(n int) string {
	c.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(c, b); err != nil {
		c.Fatal(err)
	}
	return string(b)
}

func (c client) talks() {
	c.Helper()
	c.says("hello")
	if got := c.hears(5); got != "hello" {
		c.Fatalf("got %q", got)
	}
}

// ends reads until the connection does.
func (c client) ends(want error) {
	c.Helper()
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, want) {
		c.Errorf("got %v, want %v", err, want)
	}
}

// silent fails when something comes; it may miss what comes late.
func (c client) silent() {
	c.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	c.ends(os.ErrDeadlineExceeded)
	c.SetReadDeadline(time.Now().Add(patience))
}

func newPair(t *testing.T) (*faultproxy.Proxy, client) {
	t.Helper()
	p := faultproxy.New(t, echo(t))
	c := dial(t, p)
	c.talks()
	return p, c
}

func TestSilentFaults(t *testing.T) {
	for _, d := range []faultproxy.Direction{faultproxy.Up, faultproxy.Down, faultproxy.Both} {
		p, c := newPair(t)
		p.Blackhole(d, true)
		c.says("lost")
		c.silent()
		p.Blackhole(d, false)
		dial(t, p).talks()

		p, c = newPair(t)
		p.Stall(d, true)
		c.says("late")
		c.silent()
		p.Stall(d, false)
		if got := c.hears(4); got != "late" {
			t.Errorf("direction %d: got %q", d, got)
		}
	}
}

func TestZombie(t *testing.T) {
	p, c := newPair(t)
	p.Zombie()
	c.says("anyone?")
	c.silent()
	dial(t, p).talks()
	if n := p.Open(); n != 2 {
		t.Errorf("got %d open, want the zombie and the new one", n)
	}
	p.Pass()
	c.silent()
	c.Close()
	for late := time.Now().Add(patience); p.Open() != 1; {
		if time.Now().After(late) {
			t.Fatalf("got %d open, want the zombie gone with its client", p.Open())
		}
	}
}

func TestEnds(t *testing.T) {
	p, c := newPair(t)
	p.Reset()
	c.ends(syscall.ECONNRESET)
	p, c = newPair(t)
	p.Fin()
	c.ends(io.EOF)
	p, c = newPair(t)
	p.Cut(3)
	c.says("hello")
	if got := c.hears(3); got != "hel" {
		t.Errorf("got %q", got)
	}
	c.ends(syscall.ECONNRESET)
	dial(t, p).talks()
}

func TestNewcomers(t *testing.T) {
	p, c := newPair(t)
	p.Refuse(true)
	if _, err := net.Dial("tcp", p.Addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want refused", err)
	}
	c.talks()
	p.Pass()
	dial(t, p).talks()

	p.AcceptHang(true)
	hung := dial(t, p)
	hung.says("hello")
	hung.silent()
	c.talks()
	p.AcceptHang(false)
	hung.ends(syscall.ECONNRESET)
	dial(t, p).talks()

	nobody := faultproxy.New(t, "127.0.0.1:1")
	conn, err := net.Dial("tcp", nobody.Addr)
	if err == nil { // the reset may also be faster than Dial
		defer conn.Close()
		_, err = conn.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("without a server: got %v, want a reset", err)
	}
}

func TestSlow(t *testing.T) {
	const n = 4000
	text := strings.Repeat("slow", n/4)
	for _, c := range []struct {
		name string
		set  func(*faultproxy.Proxy)
		min  time.Duration
	}{
		{"delay", func(p *faultproxy.Proxy) { p.Delay(20*time.Millisecond, time.Millisecond) }, 40 * time.Millisecond},
		{"throttle", func(p *faultproxy.Proxy) { p.Throttle(40_000) }, n * time.Second / 40_000 * 19 / 20},
		{"chunk", func(p *faultproxy.Proxy) { p.Chunk(1) }, 0},
	} {
		p, slow := newPair(t)
		c.set(p)
		begin := time.Now()
		slow.says(text)
		if got := slow.hears(n); got != text {
			t.Errorf("%s: it came out different", c.name)
		}
		if took := time.Since(begin); took < c.min {
			t.Errorf("%s: took %v, want %v at least", c.name, took, c.min)
		}
		p.Pass()
		slow.talks()
	}
}

func TestCorrupt(t *testing.T) {
	const n = 100_000
	flips := func(prob float64, seed uint64) string {
		p, c := newPair(t)
		p.Corrupt(prob, seed)
		go c.Write(make([]byte, n))
		got := c.hears(n)
		p.Pass()
		c.talks()
		return got
	}
	some := flips(0.01, 7)
	for _, b := range []byte(some) {
		if bits.OnesCount8(b) > 1 {
			t.Fatalf("got %08b of 0, want one bit flipped at most", b)
		}
	}
	if got := n - strings.Count(some, "\x00"); got < n/200 || got > n/50 {
		t.Errorf("got %d of %d bytes flipped, want one in a hundred", got, n)
	}
	if flips(0.01, 7) != some {
		t.Error("the same seed flips other bits")
	}
	if flips(0.01, 8) == some {
		t.Error("another seed flips the same bits")
	}
}

func TestInject(t *testing.T) {
	p, c := newPair(t)
	p.Inject([]byte("garbage"))
	if got := c.hears(7); got != "garbage" {
		t.Errorf("got %q", got)
	}
	c.talks()
}
