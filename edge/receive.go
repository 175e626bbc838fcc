package edge

import (
	"context"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/pool"
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

var (
	busy    = daebus.Errorf(daebus.Busy, "all workers are busy and the queue is full; try again")
	stopped = daebus.Errorf(daebus.Unavailable, "the service stopped before it began")
)

// fairLanes makes a lane for each action. None of them may have all workers, so
// that an action which hangs leaves the others one.
func (r *runner) fairLanes() map[string]*pool.Lane {
	lanes := map[string]*pool.Lane{}
	for _, action := range r.service.Actions() {
		lanes[action] = r.pool.NewLane(max(r.cfg.Workers-1, 1), r.cfg.Queue)
	}
	return lanes
}

func (r *runner) onRequest(channel string, data []byte) {
	t := r.keep(channel, data)
	if t.request = r.service.Read(t.message); t.request == nil {
		t.release() // it is answered
		return
	}
	if !r.lanes[t.request.Action()].Submit(t.run) {
		t.request.Refuse(busy)
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
	request  *daebus.Task     // what the message asks for, or
	listener *daebus.Listener // who listens to it
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
	over := t.r.work.Err() != nil // the grace was too short for what waited
	switch service := t.r.service; {
	case t.listener != nil && over:
		service.Miss(t.listener, t.message, stopped)
	case t.listener != nil:
		service.Deliver(t.r.work, t.listener, t.message)
	case over:
		t.request.Refuse(stopped)
	default:
		t.request.Run(t.r.work)
	}
}

func (t *task) release() {
	t.request, t.listener = nil, nil
	if cap(t.message.Data) > keepData {
		t.message.Data = nil
	}
	t.r.tasks.Put(t)
}
