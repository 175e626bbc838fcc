package link_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

func TestPublishCountsReceivers(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	a, b := up(t, link.Config{Address: s.Addr}), up(t, link.Config{Address: s.Addr})
	a.publish(t, "door", "anybody?", 0)
	inA, _ := a.subscribe(t, "door")
	a.publish(t, "door", "one", 1)
	inB, _ := b.subscribe(t, "doo*")
	a.publish(t, "door", "two", 2)
	a.publish(t, "door", "", 2)
	inA.want(t, "door one", "door two", "door ")
	inB.want(t, "door two", "door ")
}

func TestPostsStayInOrder(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	in, _ := l.subscribe(t, "door")
	for i := range 5000 {
		msg := []byte(strconv.Itoa(i))
		if err := l.Post("door", msg); err != nil {
			t.Fatal(err)
		}
		clear(msg) // it is ours again
	}
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		in.want(t, "door "+strconv.Itoa(i))
	}
}

// Each caller gets the count of its own message, not of a neighbour's.
func TestAnswersAreNotMixedUp(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	for n := range 4 { // as many subscriptions as the channel is called
		for range n {
			other := up(t, link.Config{Address: s.Addr})
			other.subscribe(t, strconv.Itoa(n))
		}
	}
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for i := range 200 {
				want := (g + i) % 4
				got, err := l.Publish(t.Context(), strconv.Itoa(want), []byte("hello"))
				if err != nil || got != want {
					t.Errorf("got %d receivers, %v, want %d", got, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestLargeMessage(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	in, _ := l.subscribe(t, "picture")
	text := fmt.Sprintf("%04000000d", 7)
	l.publish(t, "picture", text, 1)
	in.want(t, "picture "+text)
	l.publish(t, "picture", "small", 1)
	in.want(t, "picture small")
}

func TestPublishWhileDown(t *testing.T) {
	l := link.New(link.Config{})
	check := func(err error) {
		t.Helper()
		if daebus.CodeOf(err) != daebus.Unavailable {
			t.Errorf("got %v, want unavailable", err)
		}
	}
	_, err := l.Publish(t.Context(), "door", nil)
	check(err)
	check(l.Post("door", nil))
	check(l.Flush(t.Context()))
	check(l.Err())
}

// A server that no longer reads fills the link: more is refused at once, and
// who waits for an answer waits no longer than he wants to.
func TestFullLinkIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		defer close(stuck)
		s := newScript(t, func(words []string) string {
			if words[0] == "PUBLISH" {
				<-stuck
			}
			return polite(words)
		})
		l := up(t, link.Config{Dial: s.Dial, Ping: time.Hour, Unsent: 10_000})
		var err error
		posted := 0
		for ; err == nil && posted < 1000; posted++ {
			synctest.Wait()
			err = l.Post("door", make([]byte, 1000))
		}
		if !errors.Is(err, daebus.Busy) || posted > 20 {
			t.Errorf("post %d: got %v, want busy before", posted, err)
		}
		if _, err := l.Subscribe(t.Context(), "door", nil); err != nil {
			t.Errorf("the other connection has room: got %v", err)
		}
		if l.Err() != nil {
			t.Errorf("a full link is not down: %v", l.Err())
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, func(words []string) string {
			if words[0] == "PUBLISH" {
				return ""
			}
			return polite(words)
		})
		l := up(t, link.Config{Dial: s.Dial, Ping: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Publish(ctx, "door", nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("publish: got %v", err)
		}
		if err := l.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("flush: got %v", err)
		}
		if err := ctx.Err(); err == nil {
			t.Error("gave up too early")
		}
	})
}

func TestWaitingEndsWithTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, func(words []string) string {
			if words[0] == "PUBLISH" {
				return ""
			}
			return polite(words)
		})
		l := up(t, link.Config{Dial: s.Dial, Ping: time.Hour})
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if _, err := l.Publish(t.Context(), "door", nil); daebus.CodeOf(err) != daebus.Unavailable {
					t.Errorf("got %v, want unavailable", err)
				}
			})
		}
		synctest.Wait()
		l.stop()
		wg.Wait()
	})
}
