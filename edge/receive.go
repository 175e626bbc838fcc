package edge

import (
	"bytes"
	"context"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// subscribe has the service's messages come in. They are handled by the pool;
// what it has no room for is answered busy at once.
func (r *runner) subscribe(ctx context.Context) (stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, fn := range stops {
			fn()
		}
	}
	add := func(channel string, fn func(string, []byte)) error {
		off, err := r.link.Subscribe(ctx, channel, fn)
		if err == nil {
			stops = append(stops, off)
		}
		return err
	}
	if r.service.HasActions() {
		if err := add(r.service.Name, r.onRequest); err != nil {
			return nil, err
		}
	}
	for _, l := range r.service.Listeners {
		if err := add(l.Channel, r.onMessage(l)); err != nil {
			stop()
			return nil, err
		}
	}
	return stop, nil
}

var busy = daebus.Errorf(daebus.Busy, "all workers are busy and the queue is full; try again")

func (r *runner) onRequest(channel string, data []byte) {
	m := received(channel, data)
	if !r.pool.Submit(func() { r.service.Dispatch(r.work, m) }) {
		r.service.Refuse(m, busy)
	}
}

// onMessage handles a listener's messages in order, one at a time.
func (r *runner) onMessage(l *daebus.Listener) func(string, []byte) {
	lane := r.pool.NewLane(1, r.cfg.Queue)
	return func(channel string, data []byte) {
		m := received(channel, data)
		if !lane.Submit(func() { r.service.Deliver(r.work, l, m) }) {
			r.service.Miss(l, m, busy)
		}
	}
}

// received keeps a message, whose bytes are only borrowed, for the pool.
func received(channel string, data []byte) daebus.Message {
	return daebus.Message{Channel: channel, Data: bytes.Clone(data), Received: time.Now()}
}
