package daebus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// unruly is a bus that says late, and of some messages after their reply, that they
// were lost.
type unruly struct {
	*daebustest.Bus
	wg sync.WaitGroup
}

func (u *unruly) PostFrom(sender daebus.Sender, number uint64, channel string, msg []byte) error {
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
	if n == 0 || err != nil {
		u.wg.Go(func() {
			yield()
			sender.Bounced(number, err)
		})
	}
	return nil
}

// yield lets others go first, now and then.
func yield() {
	for range rand.IntN(8) {
		runtime.Gosched()
	}
}

// forged returns ids that no call of ours has: of another client, of a call that
// is over or has not begun, of a slot that is not there, and such as are none.
func forged(t *testing.T, id string) []string {
	part := strings.SplitN(id, ".", 3)
	seq, err := strconv.ParseUint(part[len(part)-1], 36, 64)
	if err != nil || len(part) != 3 {
		t.Errorf("got the id %q, want prefix.slot.sequence", id)
		return []string{""}
	}
	number := func(n uint64) string { return strconv.FormatUint(n, 36) }
	return []string{
		"5d44c3df-3b23-4e0f-8bfc-3f9e607d4b14." + part[1] + "." + part[2],
		part[0] + "." + part[1] + "." + number(seq-1),
		part[0] + "." + part[1] + "." + number(seq+1<<40),
		part[0] + "." + number(1<<31) + "." + part[2],
		part[0] + "." + number(1<<32) + "." + part[2],
		part[0] + ".-1." + part[2],
		part[0] + ".." + part[2],
		part[0] + "." + part[1],
		id + ".1",
		part[0],
		"",
	}
}

// Whatever comes late, twice, for another call or not at all: a call gets its own
// reply, its own failure, or the failure that is everybody's.
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
			other, ids := e, forged(t, e.ID)
			for range rand.IntN(3) { // not at all, once, or twice
				other.ID = ids[rand.IntN(len(ids))]
				reply(bus.Bus, other, status, `{"error":"forged","code":"conflict"}`, rand.IntN(2) == 0)
				yield()
				reply(bus.Bus, e, status, string(e.Payload), true)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	client := daebus.NewClient("asker")
	detach, err := client.Attach(t.Context(), daebus.Runtime{Bus: bus, After: context.AfterFunc})
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
	if rand.IntN(2) == 0 {
		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(time.Duration(rand.IntN(1000))*time.Microsecond, cancel)
	}
	defer cancel()
	if rand.IntN(4) == 0 {
		go cancel()
	}
	in := fmt.Sprintf(`{"error":%q,"code":"conflict"}`, text)
	way := askRaw
	if rand.IntN(2) == 0 {
		way = askTyped
	}
	got, err := way(ctx, client, in)
	switch code := daebus.CodeOf(err); {
	case err == nil:
		if got != in {
			t.Errorf("asked %s, got %s", in, got)
		}
	case code == daebus.Conflict:
		if want := "call echo.echo: conflict: " + text; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	case code != daebus.Timeout && code != daebus.Unavailable && code != daebus.Busy:
		t.Errorf("asked %q, got %v", text, err)
	}
	if err != nil && got != "" {
		t.Errorf("got %s with the error %v", got, err)
	}
}

func askRaw(ctx context.Context, client *daebus.Client, in string) (got string, err error) {
	var out json.RawMessage
	err = client.Call(ctx, "echo", "echo", json.RawMessage(in), &out)
	return string(out), err
}

func askTyped(ctx context.Context, client *daebus.Client, in string) (got string, err error) {
	var out struct {
		Error string `json:"error"`
		Code  string `json:"code"`
	}
	if err = client.Call(ctx, "echo", "echo", json.RawMessage(in), &out); err != nil {
		return out.Error, err
	}
	b, err := json.Marshal(out)
	return string(b), err
}
