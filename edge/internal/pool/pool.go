package pool

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Pool is a fixed number of workers and the tasks that wait for them.
// It is safe for concurrent use.
type Pool struct {
	workers  int
	queue    int
	panicked func(value any, stack []byte)
	gone     chan struct{} // closed when the last worker has returned

	mu      sync.Mutex // guards below
	wake    sync.Cond  // a task is ready, or the pool is closing
	ready   list       // a free worker may take these, oldest first
	free    list       // nodes nobody uses
	held    int        // tasks that wait in lanes
	alive   int        // workers that have not returned
	lent    int        // workers' places taken by callers of Do
	closing bool       // no new work
	dropped bool       // what still waited has been given up
	stats   Stats
}

// Stats is what a pool does and has done.
type Stats struct {
	Waiting int   // tasks not yet begun, those held in lanes included
	Running int   // tasks begun and not finished
	Done    int64 // tasks finished, those that panicked included
	Panics  int64 // tasks that panicked
	Refused int64 // tasks Submit said no to
}

// New starts workers goroutines, at least one, which run until Close. When all
// of them are busy, queue more tasks may wait. A task that panics takes no
// worker with it: the panic is counted and handed to panicked, which may be nil.
// All memory the queue will ever need is allocated here.
func New(workers, queue int, panicked func(value any, stack []byte)) *Pool {
	workers, queue = max(workers, 1), max(queue, 0)
	p := &Pool{
		workers:  workers,
		queue:    queue,
		panicked: panicked,
		gone:     make(chan struct{}),
		alive:    workers,
	}
	p.wake.L = &p.mu
	nodes := make([]node, workers+queue)
	for i := range nodes {
		p.free.push(&nodes[i])
	}
	for range workers {
		go p.work()
	}
	return p
}

// Submit has task run by the next free worker, or reports false at once when
// the queue is full or the pool is closing. It does not allocate.
func (p *Pool) Submit(task func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.admitLocked(true) {
		return false
	}
	p.readyLocked(p.takeLocked(task, nil))
	return true
}

// Drain refuses new tasks and waits until all that were accepted have run.
// When ctx is done first it returns an error that wraps ctx's and says how many
// tasks are left; they are still run.
func (p *Pool) Drain(ctx context.Context) error {
	p.mu.Lock()
	p.closing = true
	p.wake.Broadcast()
	p.mu.Unlock()

	select {
	case <-p.gone:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alive == 0 {
		return nil
	}
	return fmt.Errorf("pool: %d left: %w", p.leftLocked(), ctx.Err())
}

// Close is Drain, but when ctx is done it gives up those tasks that have not
// begun; ending those that run is their owner's business. No task begins after
// Close has returned. Calling it again waits again.
func (p *Pool) Close(ctx context.Context) error {
	if p.Drain(ctx) == nil {
		return nil
	}
	if left := p.drop(); left > 0 {
		return fmt.Errorf("pool: %d left at close: %w", left, ctx.Err())
	}
	<-p.gone
	return nil
}

// Stats returns the state of this moment.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Waiting = p.ready.len + p.held
	return s
}

// admitLocked decides on one more task; ready says whether a worker may take
// it at once. A task that a free worker is about to take does not wait.
func (p *Pool) admitLocked(ready bool) bool {
	idle := p.workers - p.stats.Running
	waiting := p.held + max(p.ready.len-idle, 0)
	ok := !p.closing && (waiting < p.queue || ready && p.ready.len < idle)
	if !ok {
		p.stats.Refused++
	}
	return ok
}

// takeLocked puts task on a node. There is always one left: no more than queue
// tasks wait, and no more than workers are about to be taken.
func (p *Pool) takeLocked(task func(), lane *Lane) *node {
	n := p.free.pop()
	n.task, n.lane = task, lane
	return n
}

func (p *Pool) readyLocked(n *node) {
	p.ready.push(n)
	p.wake.Signal()
}

// drop gives up what waits and returns how many tasks have not finished.
func (p *Pool) drop() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dropped {
		return p.stats.Running
	}
	left := p.leftLocked()
	p.ready, p.held, p.dropped = list{}, 0, true
	return left
}

func (p *Pool) leftLocked() int { return p.ready.len + p.held + p.stats.Running }

// work is a worker. It returns when the pool closes and nothing is ready: what
// a lane still holds is run by the worker that runs the task before it.
func (p *Pool) work() {
	p.mu.Lock()
	for {
		for p.restLocked() {
			p.wake.Wait()
		}
		if p.ready.len == 0 {
			break
		}
		n := p.ready.pop()
		task, lane := n.task, n.lane
		n.task, n.lane = nil, nil
		p.free.push(n)
		p.stats.Running++
		p.mu.Unlock()

		ok := p.run(task)

		p.mu.Lock()
		p.ranLocked(lane, ok)
	}
	p.alive--
	if p.alive == 0 {
		close(p.gone)
	}
	p.mu.Unlock()
}

// restLocked reports whether a worker has to wait: for a task, for a place, or
// for what a lent place may yet make ready.
func (p *Pool) restLocked() bool {
	if p.ready.len > 0 {
		return p.stats.Running >= p.workers
	}
	return !p.closing || p.lent > 0
}

// ranLocked notes the end of a task; not ok means that it panicked.
func (p *Pool) ranLocked(lane *Lane, ok bool) {
	p.stats.Running--
	p.stats.Done++
	if !ok {
		p.stats.Panics++
	}
	if lane != nil {
		lane.nextLocked()
	}
}

// run reports whether task returned; otherwise it panicked.
func (p *Pool) run(task func()) (ok bool) {
	defer func() {
		if value := recover(); value != nil && p.panicked != nil {
			p.panicked(value, debug.Stack())
		}
	}()
	task()
	return true
}
