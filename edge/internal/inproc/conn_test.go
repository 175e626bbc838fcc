package inproc_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/inproc"
	"github.com/daebus/daebus-go/edge/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

// Both directions at once, in pieces of every size: what is read is what was
// written.
func TestBytesArrive(t *testing.T) {
	a, b := inproc.Pipe()
	var wg sync.WaitGroup
	for i, ends := range [][2]net.Conn{{a, b}, {b, a}} {
		random := rand.New(rand.NewPCG(uint64(i), 1))
		sent := make([]byte, 1<<20)
		for k := range sent {
			sent[k] = byte(random.Uint32())
		}
		wg.Go(func() {
			for rest := sent; len(rest) > 0; {
				n := min(len(rest), random.IntN(100_000))
				wrote, err := ends[0].Write(rest[:n])
				if err != nil || wrote != n {
					t.Errorf("wrote %d of %d: %v", wrote, n, err)
					return
				}
				rest = rest[n:]
			}
		})
		wg.Go(func() {
			got := make([]byte, len(sent))
			if _, err := io.ReadFull(ends[1], got); err != nil || !bytes.Equal(got, sent) {
				t.Errorf("what came is not what was sent: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestClose(t *testing.T) {
	a, b := inproc.Pipe()
	if _, err := a.Write([]byte("last words")); err != nil {
		t.Fatal(err)
	}
	a.Close()
	a.Close()
	if got, err := io.ReadAll(b); string(got) != "last words" || err != nil {
		t.Errorf("read %q, %v after the other end closed", got, err)
	}
	if _, err := b.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("write to an end that closed: %v", err)
	}
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("read after close: %v", err)
	}
}

func TestCloseEndsWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, close := range map[string]func(a, b net.Conn){
			"own":   func(a, _ net.Conn) { a.Close() },
			"other": func(_, b net.Conn) { b.Close() },
		} {
			a, b := inproc.Pipe()
			ends := make(chan error, 2)
			go func() {
				_, err := a.Read(make([]byte, 1))
				ends <- err
			}()
			go func() {
				_, err := a.Write(make([]byte, 1<<20))
				ends <- err
			}()
			synctest.Wait()
			close(a, b)
			for range 2 {
				if err := <-ends; err == nil {
					t.Errorf("%s end closed: no error", name)
				}
			}
		}
	})
}

func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := inproc.Pipe()
		a.SetDeadline(time.Now().Add(time.Second))
		begun := time.Now()
		for _, do := range []func() (int, error){
			func() (int, error) { return a.Read(make([]byte, 1)) },
			func() (int, error) { return a.Write(make([]byte, 1<<20)) },
		} {
			_, err := do()
			var timeout net.Error
			if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() || time.Since(begun) != time.Second {
				t.Errorf("got %v after %v, want a timeout after 1 s", err, time.Since(begun))
			}
		}
		a.SetDeadline(time.Time{})
		go func() {
			time.Sleep(time.Hour)
			a.SetReadDeadline(time.Now()) // ends who waits already
		}()
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v from a deadline set later", err)
		}
		a.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := b.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if n, err := a.Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("read %d, %v before the deadline", n, err)
		}
	})
}

func TestListener(t *testing.T) {
	l := inproc.NewListener()
	accepted := make(chan net.Conn)
	go func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}()
	near, err := l.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	far := <-accepted
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Dial(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("dial that nobody accepts: %v", err)
	}
	l.Close()
	l.Close()
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept after close: %v", err)
	}
	if _, err := l.Dial(t.Context()); err == nil {
		t.Error("dialled a closed listener")
	}
	go near.Write([]byte("still there"))
	got := make([]byte, 11)
	if _, err := io.ReadFull(far, got); err != nil || string(got) != "still there" {
		t.Errorf("read %q, %v after the listener closed", got, err)
	}
}

// BenchmarkRoundTrip is a byte there and back, beside the loopback interface.
func BenchmarkRoundTrip(b *testing.B) {
	echo := func(c net.Conn) { io.Copy(struct{ io.Writer }{c}, struct{ io.Reader }{c}) }
	trip := func(b *testing.B, c net.Conn) {
		defer c.Close()
		b.ReportAllocs()
		p := make([]byte, 256)
		for b.Loop() {
			if _, err := c.Write(p); err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadFull(c, p); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("inproc", func(b *testing.B) {
		near, far := inproc.Pipe()
		go echo(far)
		trip(b, near)
	})
	b.Run("loopback", func(b *testing.B) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer ln.Close()
		go func() {
			if c, err := ln.Accept(); err == nil {
				echo(c)
			}
		}()
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		trip(b, c)
	})
}
