package broker

import (
	"errors"
	"net"
	"os"
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
	overBuffers = "it held most of what buffers may take"
)

// keepFrames is how long a queue stays allocated while nothing waits.
const keepFrames = 1024

// sink writes to a connection within a timeout. It is for one goroutine.
type sink struct {
	conn    net.Conn
	timeout time.Duration
	set     time.Time // when the deadline in force was set
	batch   net.Buffers
}

// arm moves the deadline, at most four times in a timeout: each move costs a
// timer, and most writes do not wait at all.
func (s *sink) arm() {
	if now := time.Now(); now.Sub(s.set) > s.timeout/4 {
		s.conn.SetWriteDeadline(now.Add(s.timeout))
		s.set = now
	}
}

func (s *sink) write(p []byte) error {
	s.arm()
	_, err := s.conn.Write(p)
	return err
}

// writeAll writes the frames in one system call where it can, and forgets them.
func (s *sink) writeAll(frames [][]byte) error {
	if len(frames) == 1 {
		err := s.write(frames[0])
		frames[0] = nil
		return err
	}
	s.arm()
	s.batch = frames
	_, err := s.batch.WriteTo(s.conn)
	clear(frames)
	return err
}

// output is what waits to be written to a subscriber, and the goroutine that
// writes it. Frames are shared with other outputs and never change.
type output struct {
	sink     sink // for the goroutine alone
	soft     int
	hard     int
	softTime time.Duration

	wake chan struct{} // capacity 1: one signal stands for all that waits
	done chan struct{} // closed by the goroutine as it ends

	mu       sync.Mutex // guards below
	queue    [][]byte
	waiting  int       // bytes in the queue and being written
	above    time.Time // since when waiting is above soft; zero: it is not
	signaled bool      // someone will signal for what is in the queue
	ending   bool      // the goroutine is to end once the queue is empty
	gone     bool      // nothing can be written any more
	reason   string    // why the client was cut
}

// newOutput starts the goroutine. finish ends it.
func newOutput(cfg Config, conn net.Conn) *output {
	o := &output{
		sink:     sink{conn: conn, timeout: cfg.WriteTimeout},
		soft:     cfg.SoftOutput,
		hard:     cfg.HardOutput,
		softTime: cfg.SoftTime,
		wake:     make(chan struct{}, 1),
		done:     make(chan struct{}),
	}
	go o.run()
	return o
}

// put queues a frame and never blocks. It reports whether the frame was taken,
// and whether the caller is the one to signal. Who does not drain is cut here.
func (o *output) put(frame []byte) (taken, signal bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone || o.ending {
		return false, false
	}
	o.waiting += len(frame)
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
	o.queue = append(o.queue, frame)
	signal = !o.signaled
	o.signaled = true
	return true, signal
}

// cutLocked ends the connection. Its owner tells of it, as the one who found
// out may be a publisher, who must not wait for a log.
func (o *output) cutLocked(reason string) {
	o.gone = true
	o.reason = reason
	o.queue = nil
	hangUp(o.sink.conn)
	o.signal()
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
	o.mu.Unlock()
	o.signal()
	<-o.done
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.reason
}

// run writes what is queued until the output ends.
func (o *output) run() {
	defer close(o.done)
	var frames [][]byte
	for range o.wake {
		for {
			frames = o.swap(frames)
			if len(frames) == 0 {
				break
			}
			size := 0
			for _, f := range frames {
				size += len(f)
			}
			err := o.sink.writeAll(frames)
			o.wrote(size, err)
			if cap(frames) > keepFrames {
				frames = nil
			}
		}
		if o.over() {
			return
		}
	}
}

// swap takes the queue and leaves the emptied frames in its place.
func (o *output) swap(frames [][]byte) [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	full := o.queue
	o.queue = frames[:0]
	o.signaled = false
	return full
}

// wrote notes the end of a write.
func (o *output) wrote(size int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting -= size
	if o.waiting <= o.soft {
		o.above = time.Time{}
	}
	if err != nil && !o.gone {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			o.reason = stalled
		}
		o.gone = true
		o.queue = nil
		hangUp(o.sink.conn)
	}
}

func (o *output) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.gone || o.ending && len(o.queue) == 0
}

// backlog reports how many frames wait, and the bytes of them.
func (o *output) backlog() (frames, bytes int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.queue), o.waiting
}
