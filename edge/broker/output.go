package broker

import (
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

// Why a client was cut.
const (
	stalled     = "took nothing within the write timeout"
	overHard    = "output above the hard limit"
	overSoft    = "output above the soft limit for too long"
	overAhead   = "sent too much behind a command that waits"
	overReply   = "a reply above twice the memory limit"
	overTime    = "half a command for longer than the command timeout"
	overAll     = "most output of all, when all together was above its limit"
	overBuffers = "half a command or replies not taken, while buffers are full"
)

// maxRounds is how often a publisher writes to a subscriber before it goes its own way.
const maxRounds = 4

// keepFrames is how long a queue stays allocated while nothing waits.
const keepFrames = 1024

// output is what waits to be written to a subscriber. It is written by whoever
// has the claim: a publisher, as far as that goes without waiting, and then the
// output's own goroutine.
type output struct {
	soft     int
	hard     int
	softTime time.Duration
	lodging  *lodging

	wake chan struct{} // capacity 1: one signal stands for all that waits
	done chan struct{} // closed by the goroutine as it ends

	// For who has the claim.
	sink    sink
	batch   backlog // is being written
	written int     // bytes of it, that waiting still counts

	mu      sync.Mutex // guards below
	queue   backlog
	waiting int       // bytes in the queue and being written
	lodged  int       // memory of what is being written
	above   time.Time // since when waiting is above soft; zero: it is not
	claimed bool      // someone writes what is in the queue, or will
	ending  bool      // the goroutine is to end once the queue is empty
	gone    bool      // nothing can be written any more
	reason  string    // why the client was cut
}

// newOutput starts the goroutine. finish ends it.
func newOutput(b *Broker, conn net.Conn) *output {
	o := &output{
		sink:     sink{conn: conn, timeout: b.cfg.WriteTimeout},
		soft:     b.cfg.SoftOutput,
		hard:     b.cfg.HardOutput,
		softTime: b.cfg.SoftTime,
		lodging:  &b.lodging,
		wake:     make(chan struct{}, 1),
		done:     make(chan struct{}),
	}
	o.sink.tries()
	go o.run()
	return o
}

// put queues a frame and never blocks. It reports whether the frame was taken,
// and whether the caller now has the claim, and is to push or to signal. Who
// does not drain is cut here.
func (o *output) put(f *frame) (taken, claim bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone || o.ending {
		return false, false
	}
	o.waiting += f.size()
	switch {
	case o.waiting <= o.soft:
		o.above = time.Time{}
	case o.waiting > o.hard:
		o.cutLocked(overHard)
		return false, false
	case o.above.IsZero():
		o.above = time.Now()
	case time.Since(o.above) > o.softTime:
		o.cutLocked(overSoft)
		return false, false
	}
	o.queue.add(f, o.lodging)
	claim = !o.claimed
	o.claimed = true
	return true, claim
}

// cutLocked ends the connection, and with it the client. Its owner tells of it,
// as the one who found out may be a publisher, who must not wait for a log.
func (o *output) cutLocked(reason string) {
	o.gone = true
	o.reason = reason
	o.queue.clear(o.lodging)
	hangUp(o.sink.conn)
}

// cut reports how much memory that frees, what is being written when that has failed.
func (o *output) cut(reason string) (frees int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	frees = o.queue.lodged() + o.lodged
	if !o.gone {
		o.cutLocked(reason)
	}
	return frees
}

// push writes what waits, and a few times what others queued meanwhile, as long as
// the connection takes it at once; the goroutine does the rest.
func (o *output) push() {
	for round := 0; o.next(nil); round++ {
		if round == maxRounds || !o.try() {
			o.signal()
			return
		}
	}
}

// try reports whether all of the batch could be written. Many pieces are left to
// the goroutine, as a publisher has others to serve.
func (o *output) try() bool {
	if len(o.batch.pieces) > 2 {
		return false
	}
	for i, p := range o.batch.pieces {
		n := o.sink.try(p)
		o.written += n
		o.batch.size -= n
		if n < len(p) {
			o.batch.pieces[i] = p[n:]
			o.batch.pieces = slices.Delete(o.batch.pieces, 0, i)
			return false
		}
	}
	o.batch.clear(o.lodging)
	return true
}

// signal wakes the goroutine.
func (o *output) signal() {
	select {
	case o.wake <- struct{}{}:
	default: // a signal waits already
	}
}

// finish lets the goroutine write what waits, waits for its end, and returns
// why the client was cut, if it was.
func (o *output) finish() (reason string) {
	o.mu.Lock()
	o.ending = true
	if !o.claimed { // else it is signaled by who has the claim
		o.signal()
	}
	o.mu.Unlock()
	<-o.done
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.reason
}

// run writes what is queued until the output ends.
func (o *output) run() {
	defer close(o.done)
	for range o.wake {
		for o.batch.size > 0 || o.next(nil) {
			err := o.sink.writeAll(o.batch.pieces)
			o.written += o.batch.size
			o.batch.clear(o.lodging)
			if !o.next(err) {
				break
			}
		}
		if o.over() {
			return
		}
	}
}

// next follows a write: it makes what is queued the batch, or gives up the claim
// when that is nothing.
func (o *output) next(err error) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting -= o.written
	o.written, o.lodged = 0, 0
	if o.waiting <= o.soft {
		o.above = time.Time{}
	}
	if err != nil && !o.gone {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			o.reason = stalled
		}
		o.gone = true
		o.queue.clear(o.lodging)
		hangUp(o.sink.conn)
	}
	if o.queue.size == 0 {
		o.claimed = false
		if o.ending {
			o.signal()
		}
		return false
	}
	o.batch, o.queue = o.queue, o.batch
	o.lodged = o.batch.lodged()
	return true
}

func (o *output) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.gone || o.ending && o.queue.size == 0
}

// backlog reports how many pieces wait, and the bytes of them.
func (o *output) backlog() (pieces, bytes int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.queue.pieces), o.waiting
}
