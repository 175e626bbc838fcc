package link

import (
	"errors"
	"os"
	"runtime"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

const (
	keepOut    = 64 << 10              // a larger write buffer is dropped once it is little used
	keepSlack  = 32                    // times in a row that it may be little used
	maxWaiting = 64 << 10              // commands that may wait for their answer
	patience   = 20 * time.Millisecond // that a sender has for a connection that does not take what it writes
	maxRounds  = 4                     // times a sender writes for others before it goes its own way
	maxWrite   = 64 << 10              // bytes at once: a slow connection must not look like a dead one
)

// publish sends a PUBLISH, and has who asked told of the answer.
func (p *pipe) publish(a asked, channel string, msg []byte) error {
	p.mu.Lock()
	if err := p.roomLocked(); err != nil {
		p.mu.Unlock()
		return err
	}
	aloud := !p.silent || p.aloud || a.told != nil || a.sender != nil
	p.aloud = false
	p.speakLocked(aloud)
	p.out = resp.AppendArrayHeader(p.out, 3)
	p.out = resp.AppendBulk(p.out, "PUBLISH")
	p.out = resp.AppendBulk(p.out, channel)
	p.out = resp.AppendBulk(p.out, msg)
	if aloud {
		a.number = true
		p.waiting.push(a)
	}
	p.kept++
	p.closeUnlock()
	return nil
}

// command sends any other command, and has w told of the answer; nil when nobody wants it.
func (p *pipe) command(w receipt, words ...string) error {
	p.mu.Lock()
	if err := p.roomLocked(); err != nil {
		p.mu.Unlock()
		return err
	}
	p.speakLocked(true)
	p.out = resp.AppendCommand(p.out, words...)
	p.waiting.push(asked{told: w})
	p.closeUnlock()
	return nil
}

func (p *pipe) roomLocked() error {
	switch {
	case p.err != nil:
		return p.err
	case len(p.out) > p.most:
		return daebus.Errorf(daebus.Busy, "the link is full: %d bytes wait to be sent", len(p.out))
	case p.waiting.n >= maxWaiting:
		return daebus.Errorf(daebus.Busy, "the link is full: %d commands wait for an answer", p.waiting.n)
	}
	return nil
}

// closeUnlock follows what was appended, unlocks, and sees to it that it is
// written: by who writes already, or by the caller.
func (p *pipe) closeUnlock() {
	lead := !p.writing || p.held && len(p.out) > maxWrite
	if lead {
		p.writing, p.held = true, false
	}
	crowd := p.waiting.n > 1
	p.mu.Unlock()
	if lead {
		p.lead(crowd)
	}
}

// lead writes what waits. In a crowd others are about to append.
func (p *pipe) lead(crowd bool) {
	if !p.inline {
		p.handOver()
		return
	}
	if crowd {
		runtime.Gosched()
	}
	p.drain(patience, maxRounds)
}

// hold keeps what is sent until release, or until it is worth a write of its
// own; not so while somebody writes.
func (p *pipe) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept = 0
	if !p.writing && p.err == nil {
		p.writing, p.held = true, true
	}
}

// release writes what was held. After messages others, who got an answer, are about
// to append; where there is no crowd, whoever yields to a busy machine may wait long
// for his next turn.
func (p *pipe) release(crowd bool) {
	if crowd {
		runtime.Gosched()
	}
	p.mu.Lock()
	held, some := p.held, len(p.out) > 0
	if held {
		p.held, p.writing = false, some
	}
	p.mu.Unlock()
	if held && some {
		p.lead(false)
	}
}

// sent is how many messages were sent since hold.
func (p *pipe) sent() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept
}

func (p *pipe) handOver() {
	select {
	case p.wake <- struct{}{}:
	default: // the writer knows
	}
}

// write goes on where senders gave up, until the pipe fails.
func (p *pipe) write() {
	for {
		select {
		case <-p.wake:
			p.drain(p.dead, 0)
		case <-p.gone:
			return
		}
	}
}

// drain writes what waits, round after round until nothing does. Only one
// goroutine at a time is in it: who set writing. One that runs out of patience
// or rounds hands over to the writer; 0 rounds is no limit.
func (p *pipe) drain(patience time.Duration, rounds int) {
	for round := 1; p.next(); round++ {
		err := p.conn.SetWriteDeadline(time.Now().Add(patience))
		if err == nil {
			var n int
			n, err = p.conn.Write(p.full[p.done:min(p.done+maxWrite, len(p.full))])
			p.done += n
		}
		switch {
		case err == nil && round != rounds:
		case err == nil, patience < p.dead && errors.Is(err, os.ErrDeadlineExceeded):
			p.handOver()
			return
		default:
			p.fail(err)
			return
		}
	}
}

// next makes full what is to be written now, and reports whether that is
// anything. When it is not, the next sender leads.
func (p *pipe) next() bool {
	if p.done < len(p.full) {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.out) == 0 || p.err != nil {
		p.writing = false
		return false
	}
	spare := p.full[:0]
	if p.slack++; len(p.full) > cap(p.full)/4 {
		p.slack = 0
	}
	if p.slack > keepSlack && cap(spare) > keepOut {
		spare = nil
	}
	p.full, p.out, p.done = p.out, spare, 0
	return true
}
