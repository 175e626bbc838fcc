package broker_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
)

// pipes is a listener of in-memory connections.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes {
	return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// Any bytes: the broker answers or hangs up, and goes on for others.
func FuzzServer(f *testing.F) {
	for _, script := range scripts {
		var in []byte
		for _, line := range script {
			in = append(append(in, line...), "\r\n"...)
		}
		f.Add(in)
	}
	f.Add([]byte("multi\r\nset k v\r\nblpop l 0\r\nexec\r\nwatch k\r\nmonitor\r\nreset\r\nblpop l 0\r\nping\r\n"))
	f.Add([]byte("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$9223372036854775807\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if bytes.Contains(bytes.ToLower(in), []byte("config")) {
			t.Skip("it may forbid the other client to be served")
		}
		ln := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		b := broker.New(broker.Config{MaxMemory: 1 << 20, MaxBulk: 64 << 10})
		go func() { ended <- b.Serve(ctx, ln) }()
		ours, theirs := net.Pipe()
		ours.SetDeadline(time.Now().Add(patience))
		ln.conns <- theirs
		var reader sync.WaitGroup
		reader.Go(func() { io.Copy(io.Discard, ours) })
		ours.Write(in) // fails when the broker hangs up first
		ours.Close()
		reader.Wait()
		for b.Stats().Clients > 0 { // it may still be about to kill others
			time.Sleep(time.Millisecond)
		}

		other, theirs := net.Pipe()
		other.SetDeadline(time.Now().Add(patience))
		ln.conns <- theirs
		go other.Write([]byte("PING\r\n"))
		answer := make([]byte, 7)
		if _, err := io.ReadFull(other, answer); err != nil || string(answer) != "+PONG\r\n" {
			t.Errorf("got %q, %v", answer, err)
		}
		other.Close()
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
}
