package daebus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// unruly is a bus whose receipts come late, some of them after the reply and
// some as a failure.
type unruly struct {
	*daebustest.Bus
	wg sync.WaitGroup
}

func (u *unruly) PostReceipt(channel string, msg []byte, r daebus.Receipt) error {
	if rand.IntN(20) == 0 {
		return daebus.Errorf(daebus.Busy, "full")
	}
	n, err := u.Publish(context.Background(), channel, msg)
	if err != nil {
		return err
	}
	if rand.IntN(20) == 0 {
		err = daebus.Errorf(daebus.Unavailable, "lost")
	}
	u.wg.Go(func() {
		yield()
		r.Receipt(n, err)
	})
	return nil
}

// yield lets others go first, now and then.
func yield() {
	for range rand.IntN(8) {
		runtime.Gosched()
	}
}

// Whatever comes late, twice or not at all: a call gets its own reply, its own
// failure, or the failure that is everybody's.
func TestCallsThatEndInDisorder(t *testing.T) {
	const callers, each = 64, 100
	bus := &unruly{Bus: daebustest.NewBus()}
	_, err := bus.Subscribe(t.Context(), "echo", func(_ string, msg []byte) {
		var e envelope
		if err := json.Unmarshal(msg, &e); err != nil {
			t.Errorf("%s: %v", msg, err)
		}
		status := "success"
		if rand.IntN(10) == 0 {
			status = "error"
		}
		bus.wg.Go(func() {
			for range rand.IntN(3) { // not at all, once, or twice
				yield()
				reply(bus.Bus, e, status, string(e.Payload), true)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	client := daebus.NewClient("asker")
	detach, err := client.Attach(t.Context(), daebus.Runtime{Bus: bus})
	if err != nil {
		t.Fatal(err)
	}
	defer detach()

	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for i := range each {
				ask(t, client, fmt.Sprintf("%d of %d", i, caller))
				if rand.IntN(500) == 0 {
					client.LinkDown(errors.New("cable"))
				}
			}
		})
	}
	wg.Wait()
	bus.wg.Wait()
}

// ask makes one call for which it has little or no time.
func ask(t *testing.T, client *daebus.Client, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(1000))*time.Microsecond)
	defer cancel()
	if rand.IntN(4) == 0 {
		go cancel()
	}
	in := struct{ Error, Code string }{text, string(daebus.Conflict)}
	out := in
	out.Error = ""
	err := client.Call(ctx, "echo", "echo", in, &out)
	switch code := daebus.CodeOf(err); {
	case err == nil:
		if out.Error != text {
			t.Errorf("asked %q, got %q", text, out.Error)
		}
	case code == daebus.Conflict:
		if want := "call echo.echo: conflict: " + text; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	case code != daebus.Timeout && code != daebus.Unavailable && code != daebus.Busy:
		t.Errorf("asked %q, got %v", text, err)
	}
}
