package link_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

func TestKilledAndBack(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr, Retry: 20 * time.Millisecond})
	in, _ := l.subscribe(t, "door")
	rooms, _ := l.subscribe(t, "room/*")
	l.publish(t, "door", "before", 1)
	in.want(t, "door before")

	start := time.Now()
	s.Kill()
	if e := l.event(t, false); e.Err == nil || e.Gap != 0 {
		t.Errorf("down: got %+v, want an error and no gap", e)
	}
	refused := 0
	eventually(t, "several dials", func() bool {
		if err := l.Err(); err == nil || daebus.CodeOf(err) != daebus.Unavailable {
			t.Fatalf("while down: got %v", err)
		}
		if strings.Contains(l.Err().Error(), "connection refused") {
			refused++
		}
		return refused > 50 // polls; ten dials or so
	})
	s.Restart()
	if e := l.event(t, true); e.Err != nil || e.Gap <= 0 || e.Gap > time.Since(start) {
		t.Errorf("up: got %+v, want a gap of at most %v", e, time.Since(start))
	} else if n, sum := l.Stats.Gaps.Load(), l.Stats.GapTime.Load(); n != 1 || sum != int64(e.Gap) {
		t.Errorf("got %d gaps of %v, want one of %v", n, time.Duration(sum), e.Gap)
	}
	l.publish(t, "door", "after", 1)
	l.publish(t, "room/1", "after", 1)
	in.want(t, "door after")
	rooms.want(t, "room/1 after")
	l.log.want(t, `level=WARN msg="bus lost"`, `level=INFO msg="bus up"`)
}

func TestOneConnectionLostIsBothLost(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr, Retry: 20 * time.Millisecond})
	in, _ := l.subscribe(t, "door")
	for _, kind := range []string{"pubsub", "normal"} {
		command(t, s.Addr, "CLIENT KILL TYPE "+kind+" SKIPME yes")
		l.event(t, false)
		l.event(t, true)
		l.publish(t, "door", kind, 1)
		in.want(t, "door "+kind)
	}
}

// The other end of a zombie is gone, but its connection looks open.
func TestZombieIsFoundAndReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dead atomic.Bool
		s := newScript(t, nil)
		s.answer = func(words []string) string {
			if dead.Load() {
				return ""
			}
			return polite(words)
		}
		const ping = 4 * time.Second
		l := up(t, link.Config{Dial: s.Dial, Ping: ping})
		l.subscribe(t, "door")
		time.Sleep(10*ping + time.Second)
		if len(l.events) > 0 {
			t.Fatalf("a healthy link said %+v", <-l.events)
		}
		synctest.Wait()
		dead.Store(true)
		start := time.Now()
		l.event(t, false)
		if took := time.Since(start); took > ping*5/2 {
			t.Errorf("found after %v, want %v at most", took, ping*5/2)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		dead.Store(false)
		if e := l.event(t, true); e.Gap < time.Since(start) || e.Gap > time.Since(start)+ping {
			t.Errorf("got a gap of %v, want all of %v, also what passed unnoticed", e.Gap, time.Since(start))
		}
		l.log.want(t, "no sign of life for 10s", "bus up")
	})
}

// However often the link dials in vain, an outage is two lines.
func TestLongOutageIsTwoLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, polite)
		var there atomic.Bool
		there.Store(true)
		dials := 0
		var conns []net.Conn
		l := up(t, link.Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			dials++
			if !there.Load() {
				return nil, errors.New("no route to host")
			}
			conn, err := s.Dial(ctx, network, address)
			conns = append(conns, conn)
			return conn, err
		}})
		synctest.Wait()
		there.Store(false)
		conns[0].Close()
		l.event(t, false)
		time.Sleep(time.Hour)
		synctest.Wait()
		there.Store(true)
		l.event(t, true)
		if dials < 3600*2/3 {
			t.Errorf("got %d dials in an hour, want one a second", dials)
		}
		l.log.want(t, "bus lost", "bus up")
	})
}

func TestNotThereAtFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, polite)
		var there atomic.Bool
		l := run(t, link.Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if !there.Load() {
				return nil, errors.New("no route to host")
			}
			return s.Dial(ctx, network, address)
		}})
		<-l.Settled()
		time.Sleep(time.Minute)
		synctest.Wait()
		there.Store(true)
		if e := l.event(t, true); e.Gap != 0 {
			t.Errorf("the first time has no gap, got %v", e.Gap)
		}
		l.log.want(t, "no bus yet; trying on", "bus up")
	})
}

// What no Redis would say ends the session, and nothing else.
func TestGarbage(t *testing.T) {
	for _, c := range []struct{ name, says string }{
		{"not the protocol", "HTTP/1.1 400 Bad Request\r\n"},
		{"a bad length", "$-7\r\n"},
		{"endless line", strings.Repeat("+", 100_000)},
		{"reply to nothing", "+OK\r\n"},
		{"error to nothing", "-ERR max number of clients reached\r\n"},
		{"empty array", "*0\r\n"},
		{"nulls", "*3\r\n$-1\r\n$-1\r\n$-1\r\n"},
		{"too deep", strings.Repeat("*1\r\n", 1000)},
		{"half a message", "*3\r\n$7\r\nmessage\r\n$4\r\ndo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t, func(words []string) string {
					if words[0] == "PUBLISH" {
						return polite(words) + c.says
					}
					return polite(words)
				})
				l := up(t, link.Config{Dial: s.Dial})
				_ = l.Post("door", nil)
				l.event(t, false)
				l.event(t, true)
				l.log.want(t, "bus lost", "bus up")
			})
		})
	}
}

// Messages nobody asked for are nobody's.
func TestStrayMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, func(words []string) string {
			if words[0] == "SUBSCRIBE" {
				return "*3\r\n$7\r\nmessage\r\n$6\r\nwindow\r\n$1\r\nx\r\n" +
					"*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$4\r\ndoor\r\n$1\r\nx\r\n" + polite(words)
			}
			return polite(words)
		})
		l := up(t, link.Config{Dial: s.Dial})
		in, _ := l.subscribe(t, "door")
		if len(in) > 0 {
			t.Errorf("got %q", <-in)
		}
		if l.Err() != nil {
			t.Error(l.Err())
		}
	})
}

// A thousand devices that lost the same server do not come back as one.
func TestRedialsAreSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const links, tries = 1000, 6
		dials := make(chan time.Time, links*tries*2)
		refuse := func(context.Context, string, string) (net.Conn, error) {
			dials <- time.Now()
			return nil, io.ErrUnexpectedEOF
		}
		start := time.Now()
		var all []*runner
		for range links {
			all = append(all, run(t, link.Config{Dial: refuse}))
		}
		time.Sleep(3 * time.Second)
		for _, l := range all {
			l.stop()
		}
		close(dials)
		const bucket = 5 * time.Millisecond
		count := map[time.Duration]int{}
		for at := range dials {
			count[at.Sub(start)/bucket]++
		}
		if count[0] != links {
			t.Errorf("got %d dials at the start, want %d", count[0], links)
		}
		for at, n := range count {
			// The first pauses are uniform over 100 ms: a twentieth in each bucket.
			if at > 0 && n > links*9/100 || at > 200 && n > links*3/100 {
				t.Errorf("%d of %d links dial within %v at %v", n, links, bucket, at*bucket)
			}
		}
	})
}
