package daebus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// The bus wipes what it has lent as soon as it is returned. Whether a request is
// run at once or kept for later, by whatever handler and with whatever payload:
// each caller gets its own bytes back, and the race detector sees nobody read
// what is wiped.
func TestNoBorrowedByteEscapes(t *testing.T) {
	const callers, each = 16, 200
	bus, app := daebustest.NewBus(), daebus.New("app")
	app.Action("raw", raw)
	app.Action("boxed", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return json.RawMessage(req.Payload), nil
	}))
	app.Action("typed", daebus.Func(func(_ context.Context, in map[string]string) (any, error) { return in, nil }))
	app.Action("progress", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		if err := req.Report(json.RawMessage(req.Payload)); err != nil {
			return nil, err
		}
		yield()
		return req.Raw(req.Payload), nil
	}))
	actions := []string{"raw", "boxed", "typed", "progress"}

	detach, err := app.Attach(t.Context(), daebus.Runtime{Bus: bus})
	if err != nil {
		t.Fatal(err)
	}
	defer detach()
	service, err := app.Service()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	stop, err := bus.Subscribe(t.Context(), "app", func(channel string, msg []byte) {
		task := service.Read(daebus.Message{Channel: channel, Data: msg, Received: time.Now()})
		switch {
		case task == nil:
			t.Errorf("not a request: %s", msg)
		case rand.IntN(2) == 0:
			task.Run(context.Background())
		default:
			task.Keep()
			wg.Go(func() {
				yield()
				task.Run(context.Background())
			})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()

	for i := range callers {
		wg.Go(func() {
			var out json.RawMessage
			for n := range each {
				text := strings.Repeat(fmt.Sprintf("%d-%d ", i, n), 1+rand.IntN(200))
				want := fmt.Sprintf(`{"text":%q}`, text)
				in := json.RawMessage(want)
				took := daebus.OnProgress(func(p json.RawMessage) { equal(t, "progress", string(p), want) })
				err := app.Call(t.Context(), "app", actions[rand.IntN(len(actions))], in, &out, took)
				clear(in) // ours again
				if err != nil || string(out) != want {
					t.Errorf("got %s, %v, want %s", out, err, want)
				}
			}
		})
	}
	wg.Wait()
}
