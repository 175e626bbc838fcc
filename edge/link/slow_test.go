package link_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/link"
)

// echo is polite, and delivers what is published, on the same connection for
// simplicity's sake.
func echo(words []string) string {
	if words[0] != "PUBLISH" {
		return polite(words)
	}
	return ":1\r\n" + fmt.Sprintf("*3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(words[1]), words[1], len(words[2]), words[2])
}

// narrow is a connection that takes 40 KiB a second.
type narrow struct{ net.Conn }

func (c narrow) Write(b []byte) (n int, err error) {
	for piece := range slices.Chunk(b, 4<<10) {
		time.Sleep(100 * time.Millisecond)
		k, err := c.Conn.Write(piece)
		n += k
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// What takes long to send is no dead link, however much of it there is.
func TestSlowConnectionIsNotDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got atomic.Int64
		s := newScript(t, func(words []string) string {
			if words[0] == "PUBLISH" && words[1] == "news" {
				got.Add(1)
				return ":1\r\n"
			}
			return echo(words)
		})
		l := run(t, link.Config{Ping: time.Second, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := s.Dial(ctx, network, address)
			return narrow{conn}, err
		}})
		if _, err := l.Subscribe(t.Context(), "caller:me", func(string, []byte) {}); err != nil {
			t.Fatal(err)
		}
		l.event(t, true)
		const messages = 1000
		for range messages {
			if err := l.Post("news", make([]byte, 1<<10)); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		if err := l.Flush(t.Context()); err != nil {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if n := got.Load(); n != messages {
			t.Errorf("got %d messages, want %d", n, messages)
		}
		if took := time.Since(began); took < 20*time.Second {
			t.Errorf("took %v: the connection was not slow", took)
		}
	})
}

// A bus that stands still for less than it may is neither mute nor deaf.
func TestShortFreezeIsNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ping = time.Second
		var thaw atomic.Pointer[context.Context]
		s := newScript(t, func(words []string) string {
			if ctx := thaw.Load(); ctx != nil {
				<-(*ctx).Done()
			}
			return echo(words)
		})
		l := run(t, link.Config{Dial: s.Dial, Ping: ping})
		if _, err := l.Subscribe(t.Context(), "caller:me", func(string, []byte) {}); err != nil {
			t.Fatal(err)
		}
		l.event(t, true)
		for i := range 40 {
			time.Sleep(3*ping + time.Duration(i)*ping/40)
			ctx, cancel := context.WithTimeout(t.Context(), ping*14/10)
			thaw.Store(&ctx)
			<-ctx.Done()
			cancel()
		}
		time.Sleep(3 * ping)
		if len(l.events) > 0 {
			t.Errorf("got %+v; its log:\n%s", <-l.events, l.log)
		}
	})
}

// stubborn is a connection that takes its time to close, as TLS may.
type stubborn struct {
	net.Conn
	closing, may chan struct{}
}

func (c stubborn) Close() error {
	select {
	case c.closing <- struct{}{}:
	default:
	}
	<-c.may
	return c.Conn.Close()
}

// Whoever waits or sends hears of a lost link before its connection is closed.
func TestFailureDoesNotWaitForClose(t *testing.T) {
	s := newScript(t, func(words []string) string {
		if words[0] == "PUBLISH" {
			return "what?\r\n"
		}
		return polite(words)
	})
	closing, may := make(chan struct{}, 1), make(chan struct{})
	l := run(t, link.Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := s.Dial(ctx, network, address)
		return stubborn{conn, closing, may}, err
	}})
	l.event(t, true)
	defer close(may)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := l.Publish(ctx, "door", nil); daebus.CodeOf(err) != daebus.Unavailable {
		t.Errorf("who waits for an answer: got %v, want unavailable", err)
	}
	<-closing
	sent := make(chan error, 1)
	go func() { sent <- l.Post("door", nil) }()
	select {
	case err := <-sent:
		if daebus.CodeOf(err) != daebus.Unavailable {
			t.Errorf("who sends: got %v, want unavailable", err)
		}
	case <-ctx.Done():
		t.Error("a sender waits for Close")
	}
}
