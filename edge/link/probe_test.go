package link_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

// A server that answers everything, confirms subscriptions, counts receivers,
// and delivers nothing: PING never finds out.
func TestDeafLinkIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ping = 10 * time.Second
		l := run(t, link.Config{Dial: newScript(t, polite).Dial, Ping: ping})
		if _, err := l.Subscribe(t.Context(), "caller:me", func(string, []byte) {}); err != nil {
			t.Fatal(err)
		}
		if e := <-l.events; !e.Up {
			t.Fatalf("got %+v, want up", e)
		}
		began := time.Now()
		e := <-l.events
		if e.Up || !strings.Contains(e.Err.Error(), "no longer delivers") {
			t.Errorf("got %+v, want down, for it does not deliver", e)
		}
		if took := time.Since(began); took > 2*ping {
			t.Errorf("found out after %v, want within %v", took, 2*ping)
		}
	})
}

// Probes are not shown to subscribers, and a healthy link stays up with them.
func TestProbeIsOurOwn(t *testing.T) {
	redis := redistest.Start(t)
	l := run(t, link.Config{Address: redis.Addr, Ping: 500 * time.Millisecond})
	var got atomic.Int64
	if _, err := l.Subscribe(t.Context(), "caller:me", func(string, []byte) { got.Add(1) }); err != nil {
		t.Fatal(err)
	}
	if e := <-l.events; !e.Up {
		t.Fatalf("got %+v, want up", e)
	}
	probes := make(chan struct{}, 64)
	spy := run(t, link.Config{Address: redis.Addr})
	if _, err := spy.Subscribe(t.Context(), "caller:*", func(string, []byte) { probes <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 3 {
		select {
		case <-probes:
		case <-ctx.Done():
			t.Fatal("no probe")
		}
	}
	if n := got.Load(); n != 0 {
		t.Errorf("a subscriber saw %d probes", n)
	}
	select {
	case e := <-l.events:
		t.Errorf("got %+v, want the link to stay up", e)
	default:
	}
}
