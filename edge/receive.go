package edge

import (
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
	t := r.keep(channel, data)
	if !r.pool.Submit(t.run) {
		r.service.Refuse(t.message, busy)
		t.release()
	}
}

// onMessage handles a listener's messages in order, one at a time.
func (r *runner) onMessage(l *daebus.Listener) func(string, []byte) {
	lane := r.pool.NewLane(1, r.cfg.Queue)
	return func(channel string, data []byte) {
		t := r.keep(channel, data)
		t.listener = l
		if !lane.Submit(t.run) {
			r.service.Miss(l, t.message, busy)
			t.release()
		}
	}
}

// task is a message on its way through the pool. It is reused, with the buffer
// that the message was copied to.
type task struct {
	r        *runner
	run      func() // t.handle, made once
	message  daebus.Message
	listener *daebus.Listener // nil: a request
}

// keepData is the size above which a message's buffer is not reused.
const keepData = 64 << 10

// keep copies a message, whose bytes are only borrowed, for the pool.
func (r *runner) keep(channel string, data []byte) *task {
	t, _ := r.tasks.Get().(*task)
	if t == nil {
		t = &task{r: r}
		t.run = t.handle
	}
	t.message = daebus.Message{Channel: channel, Data: append(t.message.Data[:0], data...), Received: time.Now()}
	return t
}

func (t *task) handle() {
	defer t.release()
	if t.listener != nil {
		t.r.service.Deliver(t.r.work, t.listener, t.message)
		return
	}
	t.r.service.Dispatch(t.r.work, t.message)
}

func (t *task) release() {
	t.listener = nil
	if cap(t.message.Data) > keepData {
		t.message.Data = nil
	}
	t.r.tasks.Put(t)
}
