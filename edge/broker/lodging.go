package broker

import (
	"slices"
	"sync"
	"sync/atomic"
)

// lodging is the memory in which output waits for subscribers: chunks, and whole
// frames, which count once however many queues they are in.
type lodging struct {
	used   atomic.Int64 // bytes
	chunks sync.Pool    // of *chunk
}

// chunk is memory for what is copied to a subscriber's queue.
type chunk [16 << 10]byte

// whole is a frame in one piece, which many queues may share.
type whole struct {
	bytes  []byte
	queues atomic.Int32 // that it is in
}

func (l *lodging) open() *chunk {
	l.used.Add(int64(len(chunk{})))
	if ch, ok := l.chunks.Get().(*chunk); ok {
		return ch
	}
	return new(chunk)
}

func (l *lodging) close(ch *chunk) {
	l.used.Add(-int64(len(chunk{})))
	l.chunks.Put(ch)
}

func (l *lodging) admit(w *whole) {
	if w.queues.Add(1) == 1 {
		l.used.Add(int64(len(w.bytes)))
	}
}

func (l *lodging) dismiss(w *whole) {
	if w.queues.Add(-1) == 0 {
		l.used.Add(-int64(len(w.bytes)))
	}
}

// relieveOutput cuts those for whom most waits, when more waits for all together than
// Config.MaxOutput, until a quarter of that is free.
func (b *Broker) relieveOutput() {
	if b.lodging.used.Load() <= int64(b.cfg.MaxOutput) {
		return
	}
	b.mu.Lock()
	var debtors []*client
	for _, c := range b.clients {
		if c.out != nil {
			_, c.debt = c.out.backlog()
			debtors = append(debtors, c)
		}
	}
	slices.SortFunc(debtors, func(x, y *client) int { return y.debt - x.debt })
	excess := int(b.lodging.used.Load()) - b.cfg.MaxOutput/4*3
	for _, c := range debtors {
		if excess <= 0 {
			break
		}
		excess -= c.out.cut(overAll)
	}
	b.mu.Unlock()
}
