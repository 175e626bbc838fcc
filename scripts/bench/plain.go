package main

import (
	"context"
	"encoding/json"
	"sync"
)

// pubsub is what a Redis client offers to whoever writes an RPC over it.
type pubsub interface {
	publish(ctx context.Context, channel string, msg []byte) error
	// subscribe calls fn for each message, and returns once it is subscribed.
	subscribe(ctx context.Context, channel string, fn func(msg string)) error
	close()
}

// envelope is a request or an answer.
type envelope struct {
	ID      uint64          `json:"id"`
	ReplyTo string          `json:"reply_to,omitempty"`
	Payload json.RawMessage `json:"payload"`
}

// plainService answers each message in a goroutine of its own: published one
// after the other, each answer would wait for the round trip of the last.
func plainService(open func(url string) (pubsub, error)) part {
	return func(ctx context.Context, url string, ready func(news)) error {
		bus, err := open(url)
		if err != nil {
			return err
		}
		defer bus.close()
		answer := func(msg string) {
			var e envelope
			if json.Unmarshal([]byte(msg), &e) != nil {
				return
			}
			out, err := json.Marshal(envelope{ID: e.ID, Payload: e.Payload})
			if err == nil {
				_ = bus.publish(ctx, e.ReplyTo, out) // a lost answer is the caller's failure
			}
		}
		if err := bus.subscribe(ctx, serviceName, func(msg string) { go answer(msg) }); err != nil {
			return err
		}
		ready(news{})
		<-ctx.Done()
		return nil
	}
}

// plainCallers share one inbox.
func plainCallers(open func(url string) (pubsub, error)) part {
	return func(ctx context.Context, url string, ready func(news)) error {
		bus, err := open(url)
		if err != nil {
			return err
		}
		defer bus.close()
		in := &inbox{bus: bus, waiting: map[uint64]chan json.RawMessage{}}
		if err := bus.subscribe(ctx, inboxName, in.receive); err != nil {
			return err
		}
		ready(news{callers: func(payload []byte) ask {
			return func(ctx context.Context) ([]byte, error) { return in.call(ctx, payload) }
		}})
		<-ctx.Done()
		return nil
	}
}

const inboxName = "inbox"

type inbox struct {
	bus pubsub

	mu      sync.Mutex // guards below
	last    uint64
	waiting map[uint64]chan json.RawMessage
}

func (in *inbox) call(ctx context.Context, payload []byte) ([]byte, error) {
	id, answer := in.expect()
	defer in.forget(id)
	msg, err := json.Marshal(envelope{ID: id, ReplyTo: inboxName, Payload: payload})
	if err != nil {
		return nil, err
	}
	if err := in.bus.publish(ctx, serviceName, msg); err != nil {
		return nil, err
	}
	select {
	case got := <-answer:
		return got, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (in *inbox) expect() (uint64, chan json.RawMessage) {
	answer := make(chan json.RawMessage, 1)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.last++
	in.waiting[in.last] = answer
	return in.last, answer
}

func (in *inbox) forget(id uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.waiting, id)
}

func (in *inbox) receive(msg string) {
	var e envelope
	if json.Unmarshal([]byte(msg), &e) != nil {
		return
	}
	in.mu.Lock()
	answer := in.waiting[e.ID]
	delete(in.waiting, e.ID)
	in.mu.Unlock()
	if answer != nil {
		answer <- e.Payload
	}
}
