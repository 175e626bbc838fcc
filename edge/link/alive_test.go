package link_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/link"
)

// What the probe notices was gone before it was noticed, too.
func TestGapCoversWhatTheProbeMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var silent atomic.Bool
		s := newScript(t, nil)
		s.answer = func(words []string) string {
			switch {
			case silent.Load():
				return ""
			case words[0] == "PUBLISH": // it comes back, on the same connection for simplicity's sake
				return ":1\r\n" + fmt.Sprintf("*3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(words[1]), words[1], len(words[2]), words[2])
			}
			return polite(words)
		}
		const ping = time.Second
		l := run(t, link.Config{Dial: s.Dial, Ping: ping})
		if _, err := l.Subscribe(t.Context(), "caller:me", func(string, []byte) {}); err != nil {
			t.Fatal(err)
		}
		l.event(t, true)
		time.Sleep(10*ping + ping/2)
		silent.Store(true)
		gone := time.Now()
		down := l.event(t, false)
		seen := time.Since(gone)
		silent.Store(false)
		e := l.event(t, true)
		if e.Gap < time.Since(gone)-ping {
			t.Errorf("noticed %v after %v; got a gap of %v, want about %v", down.Err, seen, e.Gap, time.Since(gone))
		}
	})
}

// A PING that is refused is no lost message.
func TestRefusedPingIsNoLostMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var loading atomic.Bool
		s := newScript(t, func(words []string) string {
			if loading.Load() && words[0] == "PING" {
				return "-LOADING Redis is loading the dataset in memory\r\n"
			}
			return polite(words)
		})
		l := up(t, link.Config{Dial: s.Dial, Ping: time.Second})
		loading.Store(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := strings.Count(l.log.String(), "message lost"); n > 0 {
			t.Errorf("got %d lines of lost messages, want none: nothing was published", n)
		}
	})
}

// One answer that is missing must not shift all others for ever.
func TestMissingAnswerEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flip atomic.Bool
		s := newScript(t, func(words []string) string {
			if words[0] == "PUBLISH" && flip.CompareAndSwap(true, false) {
				return "*1\r\n" // one bit of ":1\r\n" flipped: it swallows the next answer
			}
			return polite(words)
		})
		l := up(t, link.Config{Dial: s.Dial, Ping: time.Second})
		flip.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := l.Publish(ctx, "door", nil); err == nil {
			t.Error("the one that was hit was answered")
		}
		time.Sleep(5 * time.Second)
		for range 20 {
			time.Sleep(300 * time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			begin := time.Now()
			if n, err := l.Publish(ctx, "door", nil); n != 1 && err == nil {
				t.Errorf("got %d receivers after %v, want 1: a PONG was taken for a number", n, time.Since(begin))
			} else if took := time.Since(begin); took > 0 {
				t.Errorf("answered after %v, want at once: answers are off by one", took)
			}
			cancel()
		}
		if len(l.events) == 0 {
			t.Error("the link never noticed")
		}
	})
}

// Deaf under traffic is found within 2.5 PING intervals.
func TestDeafUnderTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var deaf atomic.Bool
		s := newScript(t, nil)
		s.answer = func(words []string) string {
			if words[0] == "PUBLISH" && !deaf.Load() {
				return ":1\r\n" + fmt.Sprintf("*3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(words[1]), words[1], len(words[2]), words[2])
			}
			return polite(words)
		}
		const ping = time.Second
		l := run(t, link.Config{Dial: s.Dial, Ping: ping})
		if _, err := l.Subscribe(t.Context(), "caller:me", func(string, []byte) {}); err != nil {
			t.Fatal(err)
		}
		l.event(t, true)
		for range 101 {
			time.Sleep(100 * time.Millisecond)
			l.Publish(t.Context(), "caller:me", []byte("traffic"))
		}
		deaf.Store(true)
		gone := time.Now()
		l.event(t, false)
		if took := time.Since(gone); took > ping*5/2 {
			t.Errorf("found after %v, want %v at most", took, ping*5/2)
		}
	})
}

// Bytes that belong to no reply are no sign of life.
func TestUnfinishedReplyEndsTheSession(t *testing.T) {
	for _, length := range []string{"$16000000\r\n", "$99999999\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			var flip atomic.Bool
			s := newScript(t, func(words []string) string {
				if words[0] == "PUBLISH" && flip.CompareAndSwap(true, false) {
					return length
				}
				return polite(words)
			})
			l := up(t, link.Config{Dial: s.Dial, Ping: time.Second})
			flip.Store(true)
			begin := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err := l.Publish(ctx, "door", nil)
			if took := time.Since(begin); err == nil || took > 3500*time.Millisecond { // one until the next PING, 2.5 for its answer
				t.Errorf("%q: got %v after %v, want an error within 3.5 intervals", length, err, took)
			}
			l.event(t, false)
		})
	}
}
