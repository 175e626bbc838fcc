package hub

import (
	"bytes"
	"context"
	"errors"
)

// A peer that says nothing is parked: it has no goroutine, until there is
// something to read or its connection ends. That is possible between messages,
// with nothing read ahead, and where the socket can be watched.

// errPause interrupts the reader after a control frame, of which it says nothing.
var errPause = errors.New("nothing more to read now")

// park reports whether the peer is parked. If it is, whoever wakes it has gone
// on with it already.
func (p *peer) park() bool {
	if !p.restful() {
		return false
	}
	p.parked.Store(true)
	if _, closed := p.queue.end(); !closed && p.hub.lot.watch(p) {
		return true
	}
	return !p.parked.CompareAndSwap(true, false)
}

// rouse goes on with a peer that is parked and can be read from, by way of buf. One
// that only answers a ping is left where it is: for thousands of idle peers that is
// all there is to do.
func (p *peer) rouse(buf []byte) {
	if !p.parked.CompareAndSwap(true, false) {
		return
	}
	if p.pongs(buf) && p.park() {
		return
	}
	go p.resume()
}

// pongs reports whether a pong, and nothing else, has come. What has come otherwise
// it leaves to whoever reads next. It reads while the queue is locked and open, as
// restful looks.
func (p *peer) pongs(buf []byte) bool {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	if p.queue.closed {
		return false
	}
	b := buf[:p.conn.readNow(buf)]
	if len(b) == len(pongHeader)+maskSize && string(b[:len(pongHeader)]) == pongHeader {
		p.beat.answered()
		return true
	}
	if len(b) > 0 {
		p.conn.early = bytes.Clone(b)
	}
	return false
}

// wake goes on with a peer that is parked.
func (p *peer) wake() {
	if p.parked.CompareAndSwap(true, false) {
		go p.resume()
	}
}

// restful reports that nothing was read ahead. It looks while the queue is
// locked and open: once that is closed drain reads too.
func (p *peer) restful() bool {
	p.queue.mu.Lock()
	defer p.queue.mu.Unlock()
	return !p.queue.closed && p.conn.direct && p.reader.Buffered() == 0 && len(p.conn.early) == 0
}

// onPing and onPong are called while the library reads, when all of the control
// frame has been read. A ping is answered by way of the queue: the library would
// wait for what is being written, read nothing meanwhile, and cut the connection
// after five seconds of that.
func (p *peer) onPing(_ context.Context, b []byte) (answer bool) {
	_ = p.put(&frame{appendFrame(nil, finPong, b)}) // one that is being closed gets no answer
	p.pause()
	return false
}

func (p *peer) onPong(context.Context, []byte) {
	p.beat.answered()
	p.pause()
}

// pause makes the reader return, unless it is in the middle of a message.
func (p *peer) pause() {
	if p.restful() && !p.reading {
		p.conn.paused = true
	}
}
