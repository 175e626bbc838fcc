package pool

// Lane is a share of a Pool. Lanes come and go with those they serve: an idle
// one is nothing but its struct, and needs no closing.
// It is safe for concurrent use.
type Lane struct {
	pool  *Pool
	width int
	queue int

	// Guarded by pool.mu.
	held   list // wait for a task of this lane to finish
	active int  // ready or running; never above width
}

// NewLane returns a lane that runs at most width tasks at a time, at least one,
// and holds queue more. With width 1 tasks run in the order of their submission.
func (p *Pool) NewLane(width, queue int) *Lane {
	return &Lane{pool: p, width: max(width, 1), queue: max(queue, 0)}
}

// Submit has task run when its turn in the lane has come and a worker is free.
// It reports false at once when the lane or the pool's queue, which counts what
// its lanes hold, is full, or the pool is closing. It does not allocate.
func (l *Lane) Submit(task func()) bool {
	p := l.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	ready := l.active < l.width
	if !ready && l.held.len >= l.queue {
		p.stats.Refused++
		return false
	}
	if !p.admitLocked(ready) {
		return false
	}
	n := p.takeLocked(task, l)
	if ready {
		l.active++
		p.readyLocked(n)
	} else {
		p.held++
		l.held.push(n)
	}
	return true
}

// Do runs task on the caller's goroutine, and reports false at once when it
// cannot run now: its turn in the lane has not come, others wait, all workers are
// busy, or the pool is closing. While it runs it takes a worker's place. It does
// not allocate.
func (l *Lane) Do(task func()) bool {
	p := l.pool
	if !l.borrow() {
		return false
	}
	ok := p.run(task)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lent--
	p.ranLocked(l, ok)
	switch {
	case p.closing:
		p.wake.Broadcast()
	case p.ready.len > 0:
		p.wake.Signal()
	}
	return true
}

// borrow takes a worker's place.
func (l *Lane) borrow() bool {
	p := l.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing || p.ready.len > 0 || p.stats.Running >= p.workers || l.active >= l.width {
		return false
	}
	p.lent++
	p.stats.Running++
	l.active++
	return true
}

// nextLocked follows a finished task: the oldest one held goes to the back of
// the pool's queue.
func (l *Lane) nextLocked() {
	if l.held.len == 0 || l.pool.dropped {
		l.active--
		return
	}
	l.pool.held--
	l.pool.readyLocked(l.held.pop())
}
