package link_test

import (
	"bytes"
	"strings"
	"testing"

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
