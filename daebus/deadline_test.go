package daebus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// What a handler's context does with the caller's time, whoever asks it and
// however.
func TestHandlerContext(t *testing.T) {
	type key struct{}
	for name, use := range map[string]func(ctx context.Context) error{
		"waits": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"waits in a child": func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(context.WithValue(ctx, key{}, 1), time.Hour)
			defer cancel()
			<-ctx.Done()
			return ctx.Err()
		},
		"asks": func(ctx context.Context) error {
			if ctx.Err() != nil || ctx.Value(key{}) != nil {
				return fmt.Errorf("at once: %v", ctx.Err())
			}
			at, ok := ctx.Deadline()
			if left := time.Until(at); !ok || left != time.Second {
				return fmt.Errorf("%v left", left)
			}
			time.Sleep(time.Second)
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bus, app := daebustest.NewBus(), daebus.New("app")
				var got error
				var kept context.Context
				app.Action("a", daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
					kept, got = ctx, use(ctx)
					return nil, nil
				}))
				daebustest.Run(t, bus, app)
				if err := bus.Post("app", []byte(`{"action":"a","timeout_ms":1000}`)); err != nil {
					t.Fatal(err)
				}
				if !errors.Is(got, context.DeadlineExceeded) {
					t.Errorf("got %v, want the deadline after 1 s", got)
				}
				select {
				case <-kept.Done(): // nothing is left running
				default:
					t.Error("the context outlives the handler")
				}
			})
		})
	}
}

// Why a context ended does not change, whatever ends later.
func TestHandlerContextEndsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := daebus.New("app")
		ctx, cancel := context.WithCancel(t.Context())
		var kept context.Context
		app.Action("a", daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
			time.Sleep(time.Second)
			kept = ctx
			equal(t, "in time", ctx.Err(), context.DeadlineExceeded)
			cancel()
			equal(t, "after its parent", ctx.Err(), context.DeadlineExceeded)
			return nil, nil
		}))
		service, err := app.Service()
		if err != nil {
			t.Fatal(err)
		}
		service.Dispatch(ctx, daebus.Message{Channel: "app", Data: []byte(`{"action":"a","timeout_ms":1000}`), Received: time.Now()})
		<-kept.Done()
		equal(t, "after its handler", kept.Err(), context.DeadlineExceeded)
	})
}
