package hub

import (
	"context"
	"errors"
	"os"

	"github.com/coder/websocket"
)

// The goroutines of a peer. One serves: it runs the join hooks, reads, and
// parts; it goes while the peer is parked, and another one resumes. A peer that
// takes slowly what is written has a second one, which drains the queue, and so
// has every peer while its connection is closed.

func (p *peer) serve() {
	p.hub.add(p)
	if !p.join(p.ctx) {
		p.part()
		return
	}
	p.hub.beats.add(p)
	if !p.park() {
		p.resume()
	}
}

// resume reads until the connection fails or the peer is parked.
func (p *peer) resume() {
	for {
		if err := p.read(); err != nil {
			p.end(failed(err))
			p.part()
			return
		}
		if p.park() {
			return
		}
	}
}

// part returns when the peer has gone and its leave hooks have returned.
func (p *peer) part() {
	defer p.hub.release()
	p.hub.beats.remove(p)
	p.hub.board.Leave(p)
	p.hub.remove(p)
	<-p.gone
	p.hub.lot.forget(p)
	if e, _ := p.queue.end(); e == tooSlow {
		p.hub.Stats.Slow.Add(1)
		p.log().Warn("peer closed: it does not read")
	}
	if p.crossing != nil {
		p.crossing.Close()
	}
	p.tasks.wait(p.hub.abandoned)
	p.leave(context.WithoutCancel(p.ctx))
}

// drain writes what is left of count messages, and what waits, as slowly as the
// peer takes it. Once the queue is closed it closes the connection.
func (p *peer) drain(rest []byte, count int) {
	var buf []byte
	for {
		if len(rest) > 0 {
			if err := p.finish(rest); err != nil {
				p.end(failed(err))
				_ = p.ws.CloseNow() // in the middle of a frame nothing else can be said
				break
			}
			p.wrote(count)
		}
		more, closed := p.queue.written()
		if closed {
			e, _ := p.queue.end()
			_ = p.ws.Close(e.code, e.reason) // the peer may have gone already
			break
		}
		if !more {
			return
		}
		rest, count = p.queue.take(p, &buf)
	}
	p.cancel()
	close(p.gone)
}

// finish writes a piece that was taken, or what is left of it.
func (p *peer) finish(rest []byte) error {
	if !p.deflate {
		return p.conn.finish(rest)
	}
	for len(rest) > 0 {
		first, payload, n := cutFrame(rest)
		var err error
		if first&controlBit != 0 {
			_, err = p.conn.Write(rest[:n])
		} else {
			err = p.ws.Write(context.Background(), websocket.MessageText, payload)
		}
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

func (p *peer) wrote(messages int) {
	p.hub.Stats.Out.Add(int64(messages))
	p.info.out.Add(int64(messages))
}

// failed is the ending that a failed read or write leads to. Of a connection
// that is lost the peer does not get to see it.
func failed(err error) ending {
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		return ending{websocket.StatusMessageTooBig, "message too big", true}
	case errors.Is(err, errCrowded):
		return ending{websocket.StatusTryAgainLater, errCrowded.Error(), true}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return tooSlow
	}
	return ending{websocket.StatusProtocolError, "", true}
}
