package hub_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// pipes is a listener whose connections live in memory, so that time in a
// bubble passes.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p <- server
	return client, nil
}

// bubble is a hub behind pipes, and its peers as they come and go.
type bubble struct {
	*hub.Hub
	pipes
	in, out chan daebus.Peer
}

func inBubble(t *testing.T, cfg hub.Config, test func(t *testing.T, b bubble)) {
	synctest.Test(t, func(t *testing.T) {
		app, in, out := joined()
		h, _ := newHub(t, app, cfg)
		p := make(pipes)
		server := http.Server{Handler: h}
		go server.Serve(p)
		test(t, bubble{h, p, in, out})
		closeHub(t, h)
		close(p)
		server.Close()
	})
}

func TestPeerThatAnswersPingsStays(t *testing.T) {
	inBubble(t, hub.Config{}, func(t *testing.T, b bubble) {
		transport := &http.Transport{DialContext: b.dial}
		defer transport.CloseIdleConnections()
		pings := 0
		conn, _, err := websocket.Dial(t.Context(), "ws://kiosk/ws", &websocket.DialOptions{
			HTTPClient:     &http.Client{Transport: transport},
			OnPingReceived: func(context.Context, []byte) bool { pings++; return true },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseNow()
		conn.CloseRead(t.Context())
		<-b.in
		<-time.After(10*time.Minute + time.Second)
		synctest.Wait()
		if want := 30; pings != want {
			t.Errorf("got %d pings in ten minutes, want %d", pings, want)
		}
		if len(b.out) > 0 {
			t.Error("the peer was closed")
		}
	})
}

func TestEachPeerIsPingedAtItsOwnTime(t *testing.T) {
	const every, peers, rounds = 20 * time.Second, 7, 5
	inBubble(t, hub.Config{Ping: every}, func(t *testing.T, b bubble) {
		pings := make([]atomic.Int64, peers)
		var conns []*websocket.Conn
		transport := &http.Transport{DialContext: b.dial}
		defer transport.CloseIdleConnections()
		for i := range peers {
			conn, _, err := websocket.Dial(t.Context(), "ws://kiosk/ws", &websocket.DialOptions{
				HTTPClient:     &http.Client{Transport: transport},
				OnPingReceived: func(context.Context, []byte) bool { pings[i].Add(1); return true },
			})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.CloseNow()
			conn.CloseRead(t.Context())
			conns = append(conns, conn)
			<-b.in
			time.Sleep(every / peers)
		}
		// They joined within one interval; from now on one goes in each.
		for round := range rounds {
			for i := range conns[round:] {
				if got, want := pings[round+i].Load(), int64(round); got != want {
					t.Errorf("round %d: peer %d was pinged %d times, want %d", round, round+i, got, want)
				}
			}
			conns[round].CloseNow()
			<-b.out
			time.Sleep(every)
		}
		if n := b.Len(); n != peers-rounds {
			t.Errorf("%d peers left, want %d", n, peers-rounds)
		}
	})
}

func TestPeerThatDoesNotAnswerPingsIsClosed(t *testing.T) {
	inBubble(t, hub.Config{Ping: 5 * time.Second}, func(t *testing.T, b bubble) {
		conn, _ := b.dial(t.Context(), "", "")
		shakeHands(t, conn)
		<-b.in
		start := time.Now()
		io.Copy(io.Discard, conn) // reads, and never answers
		// A ping after 5 s, no answer for 5 s, 2 s to answer the close frame.
		if took := time.Since(start); took != 12*time.Second {
			t.Errorf("closed after %v, want 12 s", took)
		}
		<-b.out
	})
}

func TestPeerThatTakesNothingIsSlow(t *testing.T) {
	takesNothing(t, func(*testing.T, net.Conn) {})
}

func TestPeerThatTakesNothingMayPing(t *testing.T) {
	takesNothing(t, func(t *testing.T, conn net.Conn) {
		for range 3 { // read although none can be answered
			if _, err := conn.Write(masked(fin|opPing, "are you there")); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// takesNothing wants a peer that is sent a message, does something, and takes nothing
// to be closed as slow after the time for a write.
func takesNothing(t *testing.T, do func(t *testing.T, conn net.Conn)) {
	inBubble(t, hub.Config{}, func(t *testing.T, b bubble) {
		conn, _ := b.dial(t.Context(), "", "")
		defer conn.Close()
		shakeHands(t, conn)
		peer := <-b.in
		start := time.Now()
		if err := peer.Send("hello", nil); err != nil {
			t.Fatal(err)
		}
		do(t, conn)
		<-b.out
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("closed after %v, want 10 s", took)
		}
		if n := b.Stats.Slow.Load(); n != 1 {
			t.Errorf("counted %d slow peers", n)
		}
	})
}

func TestQueueIsReleasedWhenItOverflows(t *testing.T) {
	inBubble(t, hub.Config{QueueBytes: 1000}, func(t *testing.T, b bubble) {
		conn, _ := b.dial(t.Context(), "", "")
		defer conn.Close()
		shakeHands(t, conn)
		peer := <-b.in
		start := time.Now()
		sent := 0
		for ; peer.Send("pad", strings.Repeat("x", 400)) == nil; sent++ {
			synctest.Wait() // until the writer has what it takes
		}
		if sent != 3 { // one is being written, two wait
			t.Errorf("%d messages were taken, want 3", sent)
		}
		if n := b.Push([]byte("{}"), nil); n != 0 {
			t.Error("a peer that is being closed was reached")
		}
		<-b.out
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("gone after %v, want 2 s", took)
		}
	})
}

func TestPeerThatIgnoresTheCloseFrame(t *testing.T) {
	inBubble(t, hub.Config{}, func(t *testing.T, b bubble) {
		conn, _ := b.dial(t.Context(), "", "")
		defer conn.Close()
		shakeHands(t, conn)
		go io.Copy(io.Discard, conn)
		<-b.in
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Hub.Close(ctx, "bye"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want deadline exceeded", err)
		}
		if err := b.Hub.Close(t.Context(), nil); err != nil { // now that it is cut
			t.Error(err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %v, want 1 s", took)
		}
	})
}
