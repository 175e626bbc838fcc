package edge_test

import (
	"context"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// A listener that takes long keeps nothing from another of the same channel,
// whichever of them is told first, and each hears all in order.
func TestSlowListenerBesideAnother(t *testing.T) {
	t.Parallel()
	const messages = 20
	bus := "redis://" + redistest.Start(t).Addr
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})
	for _, slowFirst := range []bool{true, false} {
		gate, slow, quick := make(chan struct{}), make(chan int, messages), make(chan int, messages)
		listen := [2]daebus.Handler{
			daebus.Func(func(_ context.Context, n int) (any, error) {
				<-gate
				slow <- n
				return nil, nil
			}),
			daebus.Func(func(_ context.Context, n int) (any, error) {
				quick <- n
				return nil, nil
			}),
		}
		if !slowFirst {
			listen[0], listen[1] = listen[1], listen[0]
		}
		app := daebus.New("hearer")
		app.Listen("news", listen[0])
		app.Listen("news", listen[1])
		s := start(t, app, edge.Config{Bus: bus, Queue: 2 * messages})
		for n := range messages {
			if _, err := asker.Broadcast(t.Context(), "news", n); err != nil {
				t.Fatal(err)
			}
		}
		wantCount(t, quick, messages)
		close(gate)
		wantCount(t, slow, messages)
		if err := s.stop(t); err != nil {
			t.Error(err)
		}
	}
}

// wantCount takes the numbers from 0 up to n, in order.
func wantCount(t *testing.T, from <-chan int, n int) {
	t.Helper()
	for want := range n {
		if got := receive(t, from); got != want {
			t.Fatalf("got message %d, want %d", got, want)
		}
	}
}
