package daebus_test

import (
	"context"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// sink is a bus that takes replies and keeps none.
type sink struct{ published, posted int }

func (s *sink) Publish(context.Context, string, []byte) (int, error) { s.published++; return 1, nil }

func (s *sink) Post(string, []byte) error { s.posted++; return nil }

func (s *sink) PostFrom(daebus.Sender, uint64, string, []byte) error { s.posted++; return nil }

func (s *sink) Follow(string, func(string, []byte), func(error)) (func(), error) {
	return func() {}, nil
}

func (s *sink) Subscribe(context.Context, string, func(string, []byte)) (func(), error) {
	return func() {}, nil
}

// newDispatch dispatches one request to a handler that answers with the payload.
func newDispatch(t testing.TB, bus *sink, msg string) (dispatch func()) {
	t.Helper()
	app := daebus.New("app")
	app.Action("raw", raw)
	if _, err := app.Attach(t.Context(), daebus.Runtime{Bus: bus}); err != nil {
		t.Fatal(err)
	}
	svc, err := app.Service()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	m := daebus.Message{Data: []byte(msg), Received: time.Now()}
	return func() { svc.Dispatch(ctx, m) }
}

const (
	request         = `{"action":"raw","payload":{"n":[1,2,3]},"reply_to":"caller:1","request_id":"abc"}`
	deadlineRequest = `{"action":"raw","payload":{"n":[1,2,3]},"reply_to":"caller:1","request_id":"abc","timeout_ms":5000}`
)

// A raw handler costs nothing at the service; a deadline a part of an allocation,
// which AllocsPerRun rounds down.
func TestDispatchAllocations(t *testing.T) {
	if raced {
		t.Skip("the race detector empties pools")
	}
	for name, msg := range map[string]string{"without a deadline": request, "with a deadline": deadlineRequest} {
		dispatch := newDispatch(t, new(sink), msg)
		if got := testing.AllocsPerRun(1000, dispatch); got > 0 {
			t.Errorf("%s: got %v allocations a request, want none", name, got)
		}
	}
}

func BenchmarkDispatch(b *testing.B) {
	for name, msg := range map[string]string{"plain": request, "deadline": deadlineRequest} {
		b.Run(name, func(b *testing.B) {
			var bus sink
			dispatch := newDispatch(b, &bus, msg)
			b.ReportAllocs()
			for b.Loop() {
				dispatch()
			}
		})
	}
}
