package daebustest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

var _ daebus.Bus = (*daebustest.Bus)(nil)

func subscribe(t *testing.T, bus *daebustest.Bus, channel string, fn func(channel string, msg []byte)) (stop func()) {
	t.Helper()
	stop, err := bus.Subscribe(t.Context(), channel, fn)
	if err != nil {
		t.Fatal(err)
	}
	return stop
}

func TestReceiversAreCounted(t *testing.T) {
	bus := daebustest.NewBus()
	var got []string
	note := func(who string) func(string, []byte) {
		return func(channel string, msg []byte) { got = append(got, who+" "+channel+" "+string(msg)) }
	}
	subscribe(t, bus, "a.b", note("exact"))
	subscribe(t, bus, "a.*", note("pattern"))
	stop := subscribe(t, bus, "*", note("all"))

	for _, c := range []struct {
		channel string
		want    int
	}{{"a.b", 3}, {"a.", 2}, {"b", 1}, {"a", 1}} {
		if n, err := bus.Publish(t.Context(), c.channel, []byte("m")); n != c.want || err != nil {
			t.Errorf("%s: got %d receivers, %v; want %d", c.channel, n, err, c.want)
		}
	}
	if want := []string{"exact a.b m", "pattern a.b m", "all a.b m"}; !slices.Equal(got[:3], want) {
		t.Errorf("got %q, want %q", got[:3], want)
	}
	stop()
	if n, _ := bus.Publish(t.Context(), "b", nil); n != 0 {
		t.Errorf("got %d receivers after stop, want 0", n)
	}
}

func TestSubscribersComeAndGoDuringDelivery(t *testing.T) {
	bus := daebustest.NewBus()
	var got []string
	var stopSecond func()
	subscribe(t, bus, "c", func(string, []byte) {
		got = append(got, "first")
		stopSecond()
		subscribe(t, bus, "c", func(string, []byte) { got = append(got, "third") })
	})
	stopSecond = subscribe(t, bus, "c", func(string, []byte) { got = append(got, "second") })
	bus.Post("c", nil)
	if want := []string{"first"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPublishingFromSubscriber(t *testing.T) {
	bus := daebustest.NewBus()
	var got []string
	subscribe(t, bus, "a", func(string, []byte) { bus.Post("b", []byte("inner")); got = append(got, "a") })
	subscribe(t, bus, "b", func(string, []byte) { got = append(got, "b") })
	bus.Post("a", nil)
	if want := []string{"b", "a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestKeptBytesAreWiped(t *testing.T) {
	bus := daebustest.NewBus()
	var kept []byte
	subscribe(t, bus, "c", func(_ string, msg []byte) { kept = msg })
	msg := []byte("mine")
	bus.Post("c", msg)
	if string(kept) != "\x00\x00\x00\x00" || string(msg) != "mine" {
		t.Errorf("got %q kept and %q sent; want zeros, and the sender's bytes unharmed", kept, msg)
	}
}

func TestCutLink(t *testing.T) {
	bus := daebustest.NewBus()
	heard := 0
	reason := errors.New("cable")
	bus.Cut(reason)
	subscribe(t, bus, "c", func(string, []byte) { heard++ })
	if _, err := bus.Publish(t.Context(), "c", nil); daebus.CodeOf(err) != daebus.Unavailable || !errors.Is(err, reason) {
		t.Errorf("got %v; want unavailable because of the cable", err)
	}
	if err := bus.Post("c", nil); daebus.CodeOf(err) != daebus.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
	bus.Heal()
	bus.Heal()
	if err := bus.Post("c", nil); err != nil || heard != 1 {
		t.Errorf("got %v and %d messages after Heal; want 1", err, heard)
	}
}

func TestDoneContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	bus := daebustest.NewBus()
	if _, err := bus.Publish(ctx, "c", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Publish: got %v, want canceled", err)
	}
	if _, err := bus.Subscribe(ctx, "c", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Subscribe: got %v, want canceled", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	bus := daebustest.NewBus()
	var heard atomic.Int64
	subscribe(t, bus, "c", func(string, []byte) { heard.Add(1) })
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			stop, _ := bus.Subscribe(t.Context(), fmt.Sprint(i), func(string, []byte) {})
			defer stop()
			for range 100 {
				bus.Post("c", []byte("m"))
			}
		})
	}
	wg.Wait()
	if heard.Load() != 800 {
		t.Errorf("got %d messages, want 800", heard.Load())
	}
}
