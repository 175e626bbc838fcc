package rawio_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/leak"
	"github.com/daebus/daebus-go/edge/internal/rawio"
)

func TestMain(m *testing.M) {
	if kind := os.Getenv(echoes); kind != "" {
		echo(kind)
		return
	}
	leak.Main(m)
}

func TestBytesArriveAsTheyWere(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) { arrive(t, network) })
	}
}

func arrive(t *testing.T, network string) {
	near, far := plain(t, network)
	near, far = rawio.Conn(near), rawio.Conn(far)
	rawio.Look(far, true)
	sent := make([]byte, 8<<20) // more than any buffer between them
	r := rand.NewChaCha8([32]byte{1})
	r.Read(sent)
	wrote := make(chan error, 1)
	go func() {
		n, err := near.Write(sent)
		if err == nil && n != len(sent) {
			err = io.ErrShortWrite
		}
		wrote <- errors.Join(err, near.Close())
	}()
	got, err := io.ReadAll(far)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("got %d bytes and %v, want the %d that were sent", len(got), err, len(sent))
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

func TestWriteTakesAllThatFits(t *testing.T) {
	near, far := plain(t, "unix")
	raw, err := near.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	much := make([]byte, 8<<20)
	took := 0
	offer := func() (n int, failed error) {
		if err := raw.Write(func(fd uintptr) bool {
			n, failed = rawio.Write(fd, much[took:])
			return true
		}); err != nil {
			t.Fatal(err)
		}
		return max(n, 0), failed
	}
	n, _ := offer()
	took += n
	if n, err := offer(); n != 0 || !errors.Is(err, syscall.EAGAIN) {
		t.Errorf("after %d bytes: got %d more and %v, want none and %v", took, n, err, syscall.EAGAIN)
	}
	near.Close()
	if got, err := io.Copy(io.Discard, far); err != nil || got != int64(took) || took == 0 {
		t.Errorf("got %d bytes and %v, want %d", got, err, took)
	}
}

func TestNothing(t *testing.T) {
	near, _ := pair(t)
	if n, err := near.Read(nil); n != 0 || err != nil {
		t.Errorf("read: got %d, %v", n, err)
	}
	if n, err := near.Write(nil); n != 0 || err != nil {
		t.Errorf("write: got %d, %v", n, err)
	}
}

func TestErrorsAreThoseOfNet(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(near, far net.Conn) error
		want error
	}{
		{"nothing comes", func(near, _ net.Conn) error {
			near.SetReadDeadline(time.Now().Add(time.Millisecond))
			_, err := near.Read(make([]byte, 1))
			return err
		}, os.ErrDeadlineExceeded},
		{"nobody reads", func(near, _ net.Conn) error {
			much := make([]byte, 64<<20)
			near.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
			n, err := near.Write(much)
			if n == 0 || n == len(much) {
				t.Errorf("%d bytes were written, want some", n)
			}
			return err
		}, os.ErrDeadlineExceeded},
		{"closed before", func(near, _ net.Conn) error {
			near.Close()
			_, err := near.Read(make([]byte, 1))
			return err
		}, net.ErrClosed},
		{"closed meanwhile", func(near, _ net.Conn) error {
			time.AfterFunc(time.Millisecond, func() { near.Close() })
			_, err := near.Read(make([]byte, 1))
			return err
		}, net.ErrClosed},
		{"the other end closed", func(near, far net.Conn) error {
			far.Close()
			_, err := near.Read(make([]byte, 1))
			return err
		}, io.EOF},
		{"the other end reset", func(near, far net.Conn) error {
			far.(interface{ SetLinger(int) error }).SetLinger(0)
			far.Close()
			_, err := near.Read(make([]byte, 1))
			return err
		}, syscall.ECONNRESET},
		{"written after a reset", func(near, far net.Conn) error {
			far.(interface{ SetLinger(int) error }).SetLinger(0)
			far.Close()
			near.Read(make([]byte, 1))
			_, err := near.Write([]byte("x"))
			return err
		}, syscall.EPIPE},
	} {
		t.Run(c.name, func(t *testing.T) {
			near, far := pair(t)
			if err := c.do(near, far); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestOthersStayAsTheyAre(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if got := rawio.Conn(a); got != a {
		t.Errorf("got %T, want the pipe itself", got)
	}
}

func TestRoundTripAllocatesNothing(t *testing.T) {
	near, far := pair(t)
	b := make([]byte, 64)
	trip := func() {
		if err := errors.Join(pass(near, far, b), pass(far, near, b)); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(100, trip); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// pass has to get what from is given.
func pass(from, to net.Conn, b []byte) error {
	if _, err := from.Write(b); err != nil {
		return err
	}
	_, err := io.ReadFull(to, b)
	return err
}

func pair(t testing.TB) (near, far net.Conn) {
	near, far = plain(t, "tcp")
	near = rawio.Conn(near)
	rawio.Look(near, true)
	return near, rawio.Conn(far)
}

func plain(t testing.TB, network string) (near, far net.Conn) {
	t.Helper()
	addr := "127.0.0.1:0"
	if network == "unix" {
		addr = filepath.Join(t.TempDir(), "sock")
	}
	ln, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if near, err = net.Dial(network, ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if far, err = ln.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		near.Close()
		far.Close()
	})
	return near, far
}
