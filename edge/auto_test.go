package edge_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// With nothing configured the first service hosts the broker, and when it goes
// another one takes over.
func TestServicesMeetWithNothingConfigured(t *testing.T) {
	edge.MeetAt(freeAddress(t))
	together := edge.Config{StateDir: t.TempDir()}
	events := make(chan daebus.LinkEvent, 100)
	var all []*service
	for _, name := range []string{"one", "two", "three"} {
		app := daebus.New(name)
		app.Action("add", daebus.Func(func(_ context.Context, in sum) (int, error) { return in.A + in.B, nil }))
		app.OnLink(func(_ context.Context, e daebus.LinkEvent) { events <- e })
		all = append(all, launch(t, app, together))
	}
	for _, s := range all {
		s.said(t, "msg=(running) ")
		if e := receive(t, events); !e.Up {
			t.Fatalf("got %+v, want up", e)
		}
	}
	for len(all) > 1 {
		works(t, all)
		host := hostOf(t, all)
		left := make([]*service, 0, len(all))
		for _, s := range all {
			if s != host {
				left = append(left, s)
			}
		}
		if err := host.stop(t); err != nil {
			t.Errorf("Run: %v", err)
		}
		for range 2 * len(left) {
			if e := receive(t, events); e.Up && e.Gap > 2*time.Second {
				t.Errorf("it took %v to be together again, want 2s", e.Gap)
			}
		}
		all = left
	}
	works(t, all)
}

// hostOf returns the one that said that it hosts the broker.
func hostOf(t *testing.T, all []*service) (host *service) {
	t.Helper()
	for _, s := range all {
		if strings.Contains(s.log.String(), "hosting the embedded broker") {
			if host != nil {
				t.Fatalf("%s and %s host the broker", host.Name(), s.Name())
			}
			host = s
		}
	}
	if host == nil {
		t.Fatal("nobody hosts the broker")
	}
	return host
}

// works fails unless each reaches each.
func works(t *testing.T, all []*service) {
	t.Helper()
	for _, from := range all {
		for _, to := range all {
			eventually(t, from.Name()+" reaches "+to.Name(), func() bool {
				var got int
				return from.Call(t.Context(), to.Name(), "add", sum{1, 2}, &got) == nil && got == 3
			})
		}
	}
}
