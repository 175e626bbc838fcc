package link_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/link"
)

// A subscriber that takes long holds up no other, and what it was given stays
// as it is for as long as it takes.
func TestSlowSubscriberHoldsUpNobody(t *testing.T) {
	t.Parallel()
	const slow, quick = 8, 500
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})

	gate, done := make(chan struct{}), make(chan bool, slow)
	message := strings.Repeat("0123456789abcdef", 100)
	_, err := l.Handle(t.Context(), "slow", func(turn *link.Turn, _ string, msg []byte) {
		turn.Begin()
		defer turn.End()
		before := bytes.Clone(msg)
		<-gate
		done <- bytes.Equal(before, msg) && string(msg) == message
	})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := l.subscribe(t, "quick")
	for range slow {
		if err := l.Post("slow", []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	other := strings.ToUpper(message)
	for range quick {
		if err := l.Post("quick", []byte(other)); err != nil {
			t.Fatal(err)
		}
	}
	for range quick {
		in.want(t, "quick "+other)
	}
	close(gate)
	for range slow {
		if !<-done {
			t.Error("a message changed while it was on loan")
		}
	}
	l.publish(t, "quick", "still", 1)
	in.want(t, "quick still")
}

// A link whose subscribers are all at work is made anew like any other, and ends
// without waiting for them.
func TestSlowSubscriberKeepsNoSession(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	gate, began := make(chan struct{}), make(chan struct{}, 1)
	defer close(gate)
	_, err := l.Handle(t.Context(), "slow", func(turn *link.Turn, _ string, _ []byte) {
		turn.Begin()
		defer turn.End()
		began <- struct{}{}
		<-gate
	})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := l.subscribe(t, "quick")
	l.publish(t, "slow", "x", 1)
	<-began
	command(t, s.Addr, "CLIENT KILL TYPE normal SKIPME yes", "CLIENT KILL TYPE pubsub")
	l.event(t, false)
	l.event(t, true)
	l.publish(t, "quick", "back", 1)
	in.want(t, "quick back")
	l.stop()
}

// A subscriber that may take long may use the link that called it, for what waits
// on the link too.
func TestSubscriberUsesItsLink(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	in, _ := l.subscribe(t, "heard")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	_, err := l.Handle(ctx, "asked", func(turn *link.Turn, _ string, msg []byte) {
		turn.Begin()
		defer turn.End()
		posted := l.Post("heard", []byte("first"))
		flushed := l.Flush(ctx)
		_, published := l.Publish(ctx, "heard", []byte("second"))
		_, subscribed := l.Subscribe(ctx, "more", func(string, []byte) {})
		done <- errors.Join(posted, flushed, published, subscribed)
	})
	if err != nil {
		t.Fatal(err)
	}
	l.publish(t, "asked", "x", 1)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	in.want(t, "heard first", "heard second")
}

// However long a message is on its way to its place, none overtakes it.
func TestMessagesStayInOrder(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	l := up(t, link.Config{Address: s.Addr})
	in := make(inbox, 10)
	_, err := l.Handle(t.Context(), "door", func(turn *link.Turn, channel string, msg []byte) {
		if string(msg) == "first" {
			<-time.After(10 * time.Millisecond)
		}
		in <- channel + " " + string(msg)
		turn.Begin()
		turn.End()
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, msg := range []string{"first", "second", "third"} {
		if err := l.Post("door", []byte(msg)); err != nil {
			t.Fatal(err)
		}
	}
	in.want(t, "door first", "door second", "door third")
}
