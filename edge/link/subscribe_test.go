package link_test

import (
	"context"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

// What Redis' patterns give a meaning is literal in ours; only a * at the end
// is a pattern.
func TestPatterns(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	for _, c := range []struct {
		channel string
		match   []string
		differ  []string
	}{
		{"room/*", []string{"room/", "room/1", "room/1/door"}, []string{"room", "rooms"}},
		{"a?c*", []string{"a?c", "a?cd"}, []string{"abc", "abcd"}},
		{"a[b]*", []string{"a[b]", "a[b]c"}, []string{"ab", "abc"}},
		{`a\*`, []string{`a\`, `a\b`}, []string{"a", "a*"}},
		{"a*b*", []string{"a*b", "a*bc"}, []string{"ab", "axb"}},
		{"[^x]?", []string{"[^x]?"}, []string{"ab", "[^x]1"}},
	} {
		t.Run(c.channel, func(t *testing.T) {
			in, stop := l.subscribe(t, c.channel)
			for _, channel := range c.match {
				l.publish(t, channel, "hit", 1)
				in.want(t, channel+" hit")
			}
			for _, channel := range c.differ {
				l.publish(t, channel, "miss", 0)
			}
			stop()
			if err := l.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			l.publish(t, c.match[0], "late", 0)
			if len(in) > 0 {
				t.Errorf("got %q, want nothing", <-in)
			}
		})
	}
}

func TestTwoOnOneChannel(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	first, stopFirst := l.subscribe(t, "door")
	second, stopSecond := l.subscribe(t, "door")
	l.publish(t, "door", "1", 1)
	first.want(t, "door 1")
	second.want(t, "door 1")

	stopFirst()
	stopFirst() // again does nothing
	l.publish(t, "door", "2", 1)
	second.want(t, "door 2")

	stopSecond()
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.publish(t, "door", "3", 0)
	third, _ := l.subscribe(t, "door")
	l.publish(t, "door", "4", 1)
	third.want(t, "door 4")
	if len(first)+len(second) > 0 {
		t.Error("a stopped subscription got more")
	}
}

// What the bus counted as received arrives, even when a stop crossed it.
func TestNothingIsLostInAStop(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l, other := up(t, link.Config{Address: s.Addr}), up(t, link.Config{Address: s.Addr})
	for range 100 {
		in, stop := l.subscribe(t, "door")
		counted := make(chan int)
		go func() {
			received := 0
			for {
				n, err := other.Publish(context.Background(), "door", []byte("x"))
				if n == 0 {
					if err != nil {
						t.Error(err)
					}
					counted <- received
					return
				}
				received += n
			}
		}()
		in.want(t, "door x", "door x")
		stop()
		if err := l.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := 2+len(in), <-counted; got != want {
			t.Fatalf("got %d messages, the bus counted %d", got, want)
		}
	}
}

func TestSubscribedAgainBeforeTheByeIsAnswered(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	for range 200 {
		_, stop := l.subscribe(t, "door")
		stop()
		in, stop := l.subscribe(t, "door")
		l.publish(t, "door", "x", 1)
		in.want(t, "door x")
		stop()
	}
}

func TestSubscribeRefused(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, withUsers()...)
	l := up(t, link.Config{Address: s.Addr, User: "kiosk", Password: "t0p"})
	for _, channel := range []string{"vault", "vault*"} {
		_, err := l.Subscribe(t.Context(), channel, func(string, []byte) {})
		if daebus.CodeOf(err) != daebus.Denied || !strings.Contains(err.Error(), "subscribe "+channel) {
			t.Errorf("%s: got %v, want denied", channel, err)
		}
	}
	if _, err := l.Publish(t.Context(), "vault", nil); daebus.CodeOf(err) != daebus.Denied {
		t.Errorf("publish: got %v, want denied", err)
	}
	in, _ := l.subscribe(t, "door") // the link stands
	l.publish(t, "door", "open", 1)
	in.want(t, "door open")
	l.log.want(t)
}

func TestLostPostIsLogged(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t, withUsers()...)
	l := up(t, link.Config{Address: s.Addr, User: "kiosk", Password: "t0p"})
	if err := l.Post("vault", nil); err != nil {
		t.Fatal(err)
	}
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.log.want(t, "message lost")
}

func TestSubscribeWhileDown(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	s.Kill()
	l := run(t, link.Config{Address: s.Addr})
	<-l.Settled()
	in, _ := l.subscribe(t, "door")
	gone, stop := l.subscribe(t, "window")
	all, _ := l.subscribe(t, "*")
	stop()
	s.Restart()
	l.event(t, true)
	l.publish(t, "door", "open", 2)
	l.publish(t, "window", "open", 1)
	in.want(t, "door open")
	all.want(t, "door open", "window open")
	if len(gone) > 0 {
		t.Error("a subscription that was stopped while the link was down got a message")
	}
}
