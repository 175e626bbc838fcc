package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// Handlers that are quick, that yield and that block for longer than the link
// waits, over a real bus: whoever handles a message has it unchanged until he
// returns, and each caller gets back what it sent.
func TestNoBorrowedByteEscapes(t *testing.T) {
	t.Parallel()
	const callers, each = 32, 40
	bus := "redis://" + redistest.Start(t).Addr
	var heard sync.WaitGroup
	app := daebus.New("echo")
	app.Action("echo", daebus.HandlerFunc(func(ctx context.Context, req *daebus.Request) (any, error) {
		before := string(req.Payload)
		dawdle(ctx)
		if string(req.Payload) != before {
			return nil, fmt.Errorf("the payload changed from %s to %s", before, req.Payload)
		}
		return req.Raw(req.Payload), nil
	}))
	app.Listen("news", daebus.HandlerFunc(func(ctx context.Context, req *daebus.Request) (any, error) {
		defer heard.Done()
		before := string(req.Payload)
		dawdle(ctx)
		if string(req.Payload) != before {
			t.Errorf("the message changed from %s to %s", before, req.Payload)
		}
		return nil, nil
	}))
	start(t, app, edge.Config{Bus: bus, Queue: callers * each})
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			var out json.RawMessage
			for n := range each {
				text := strings.Repeat(fmt.Sprintf("%d-%d ", i, n), 1+rand.IntN(1000))
				want := fmt.Sprintf(`{"text":%q}`, text)
				heard.Add(1)
				if _, err := asker.Broadcast(ctx, "news", json.RawMessage(want)); err != nil {
					t.Error(err)
				}
				err := asker.Call(ctx, "echo", "echo", json.RawMessage(want), &out)
				if err != nil || string(out) != want {
					t.Errorf("got %s, %v, want %s", out, err, want)
				}
			}
		})
	}
	wg.Wait()
	heard.Wait()
}

// dawdle takes no time, a moment, or now and then a few milliseconds.
func dawdle(ctx context.Context) {
	switch n := rand.IntN(100); {
	case n == 0:
		pause, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
		defer cancel()
		<-pause.Done()
	case n < 30:
		runtime.Gosched()
	}
}
