package edge

import (
	"context"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/link"
)

// subscribe has the service's messages come in. What is quick is handled where
// it was read, the rest by the pool; what that has no room for is answered busy
// at once.
func (r *runner) subscribe(ctx context.Context) (stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, fn := range stops {
			fn()
		}
	}
	add := func(channel string, fn func(*link.Turn, string, []byte)) error {
		off, err := r.link.Handle(ctx, channel, fn)
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
func (r *runner) fairLanes() map[string]*lane {
	lanes := map[string]*lane{}
	for _, action := range r.service.Actions() {
		lanes[action] = r.newLane(max(r.cfg.Workers-1, 1))
	}
	return lanes
}

func (r *runner) onRequest(turn *link.Turn, channel string, data []byte) {
	m := daebus.Message{Channel: channel, Data: data, Received: time.Now()}
	request := r.service.Read(m)
	if request == nil {
		return // it is answered
	}
	t := r.newTask(r.lanes[request.Action()])
	t.request = request
	if t.lane.runs(t, turn, m.Received) {
		return
	}
	request.Keep()
	if !t.lane.queues(t) {
		request.Refuse(busy)
		t.release()
	}
}

// onMessage handles a listener's messages in order, one at a time.
func (r *runner) onMessage(l *daebus.Listener) func(*link.Turn, string, []byte) {
	lane := r.newLane(1)
	return func(turn *link.Turn, channel string, data []byte) {
		t := r.newTask(lane)
		t.listener = l
		t.message = daebus.Message{Channel: channel, Data: data, Received: time.Now()}
		if lane.runs(t, turn, t.message.Received) {
			return
		}
		t.kept = append(t.kept[:0], data...)
		t.message.Data = t.kept
		if !lane.queues(t) {
			r.service.Miss(l, t.message, busy)
			t.release()
		}
	}
}

// task is a message on its way to its handler. It is reused.
type task struct {
	r        *runner
	lane     *lane
	run      func()           // t.handle, made once
	request  *daebus.Task     // what is asked for, or
	listener *daebus.Listener // who listens,
	message  daebus.Message   // to this
	kept     []byte           // the message's bytes, when they had to be copied
	begun    time.Time        // when its run began
	turn     *link.Turn       // of the goroutine that runs it; nil for a worker
}

// keepData is the size above which a message's buffer is not reused.
const keepData = 64 << 10

func (r *runner) newTask(l *lane) *task {
	t, _ := r.tasks.Get().(*task)
	if t == nil {
		t = &task{r: r}
		t.run = t.handle
	}
	t.lane = l
	return t
}

func (t *task) handle() {
	defer t.release()
	if t.turn != nil {
		t.turn.Begin()
		defer t.turn.End()
	} else {
		t.begun = time.Now()
	}
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
	t.lane.took(time.Since(t.begun))
}

func (t *task) release() {
	t.lane, t.turn, t.request, t.listener, t.message = nil, nil, nil, nil, daebus.Message{}
	if cap(t.kept) > keepData {
		t.kept = nil
	}
	t.r.tasks.Put(t)
}
