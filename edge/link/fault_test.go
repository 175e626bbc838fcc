package link_test

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/faultproxy"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

// tally counts how often each number came.
type tally struct {
	mu    sync.Mutex // guards below
	times map[int]int
}

func (a *tally) note(_ string, msg []byte) {
	n, err := strconv.Atoi(string(msg))
	if err != nil {
		n = -1
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.times[n]++
}

func (a *tally) of(n int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.times[n]
}

// What Publish says was published came once, and what it says was not came once
// at most: an answer may be lost on the way. They are waited for rather than
// computed, so they all run at once.
func TestPublishedOnce(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	const quick, slow = 5, 1
	var wg sync.WaitGroup
	for _, f := range []struct {
		name  string
		times int
		on    func(*faultproxy.Proxy)
	}{
		{"reset", quick, (*faultproxy.Proxy).Reset},
		{"fin", quick, (*faultproxy.Proxy).Fin},
		{"cut", quick, func(p *faultproxy.Proxy) { p.Cut(7) }},
		{"garbage", quick, func(p *faultproxy.Proxy) { p.Inject([]byte("\r\n")) }},
		{"zombie", slow, (*faultproxy.Proxy).Zombie},
		{"blackhole up", slow, func(p *faultproxy.Proxy) { p.Blackhole(faultproxy.Up, true) }},
		{"blackhole down", slow, func(p *faultproxy.Proxy) { p.Blackhole(faultproxy.Down, true) }},
		{"stall up", slow, func(p *faultproxy.Proxy) { p.Stall(faultproxy.Up, true) }},
		{"stall down", slow, func(p *faultproxy.Proxy) { p.Stall(faultproxy.Down, true) }},
	} {
		wg.Go(func() {
			t.Run(f.name, func(t *testing.T) {
				channel := "to " + f.name
				came := tally{times: map[int]int{}}
				if _, err := up(t, link.Config{Address: redis.Addr}).Subscribe(t.Context(), channel, came.note); err != nil {
					t.Fatal(err)
				}
				proxy := faultproxy.New(t, redis.Addr)
				l := up(t, link.Config{Address: proxy.Addr, Retry: 20 * time.Millisecond})
				confirmed := map[int]bool{}
				next := 0
				publish := func() bool {
					_, err := l.Publish(t.Context(), channel, strconv.AppendInt(nil, int64(next), 10))
					confirmed[next] = err == nil
					next++
					return err == nil
				}
				for range f.times {
					for range 100 {
						if !publish() {
							t.Fatalf("got %v without a fault", l.Err())
						}
					}
					f.on(proxy)
					for publish() {
					}
					l.event(t, false)
					proxy.Pass()
					l.event(t, true)
				}
				for !publish() {
				}
				eventually(t, "the last one came", func() bool { return came.of(next-1) > 0 })
				for n, sure := range confirmed {
					if got := came.of(n); got > 1 || sure && got == 0 {
						t.Errorf("%d came %d times, published: %v", n, got, sure)
					}
				}
				if came.of(-1) > 0 {
					t.Error("something came that was not sent")
				}
			})
		})
	}
	wg.Wait()
}

// However a message is torn and delayed, it comes once, whole and in its turn.
func TestSlowLinkKeepsTheOrder(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	proxy := faultproxy.New(t, redis.Addr)
	l := up(t, link.Config{Address: proxy.Addr})
	in, _ := l.subscribe(t, "door")
	proxy.Delay(10*time.Millisecond, 10*time.Millisecond)
	proxy.Chunk(7)
	for n := range 1000 {
		if err := l.Post("door", strconv.AppendInt(nil, int64(n), 10)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 1000 {
		in.want(t, "door "+strconv.Itoa(n))
	}
	if len(l.events) > 0 {
		t.Errorf("got %+v", <-l.events)
	}
}

// refusals are Redis' own words, with the code that callers see.
var refusals = []struct {
	text string
	code daebus.Code
}{
	{"LOADING Redis is loading the dataset in memory", daebus.Unavailable},
	{"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", daebus.Unavailable},
	{"READONLY You can't write against a read only replica.", daebus.Unavailable},
	{"NOAUTH Authentication required.", daebus.Denied},
	{"OOM command not allowed when used memory > 'maxmemory'.", daebus.Busy},
	{"ERR max number of clients reached", daebus.Internal},
}

// A bus that lets nobody in is tried again until it does.
func TestRefusedUntilLetIn(t *testing.T) {
	for _, r := range refusals {
		synctest.Test(t, func(t *testing.T) {
			var refuse atomic.Bool
			s := newScript(t, func(words []string) string {
				if refuse.Load() {
					return "-" + r.text + "\r\n"
				}
				return polite(words)
			})
			var first net.Conn
			l := up(t, link.Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := s.Dial(ctx, network, address)
				if first == nil {
					first = conn
				}
				return conn, err
			}})
			synctest.Wait()
			refuse.Store(true)
			first.Close()
			l.event(t, false)
			time.Sleep(time.Minute)
			if err := l.Err(); daebus.CodeOf(err) != daebus.Unavailable || !strings.Contains(err.Error(), r.text) {
				t.Errorf("got %v, want unavailable: %s", err, r.text)
			}
			refuse.Store(false)
			start := time.Now()
			l.event(t, true)
			if took := time.Since(start); took > 3*time.Second/2 {
				t.Errorf("%s: up after %v, want 1.5s at most", r.text, took)
			}
			l.log.want(t, "bus lost", "bus up")
		})
	}
}

// A bus that refuses to publish says so to whoever publishes, at once.
func TestRefusedPublish(t *testing.T) {
	for _, r := range refusals {
		synctest.Test(t, func(t *testing.T) {
			var refuse atomic.Bool
			s := newScript(t, func(words []string) string {
				if refuse.Load() && words[0] == "PUBLISH" {
					return "-" + r.text + "\r\n"
				}
				return polite(words)
			})
			l := up(t, link.Config{Dial: s.Dial})
			refuse.Store(true)
			_, err := l.Publish(t.Context(), "door", nil)
			if daebus.CodeOf(err) != r.code || !strings.Contains(err.Error(), r.text) {
				t.Errorf("got %v, want %s: %s", err, r.code, r.text)
			}
			refuse.Store(false)
			l.publish(t, "door", "again", 1)
		})
	}
}
