package link

import (
	"context"
	"crypto/rand"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// A service answers far more than it asks, and the number of receivers, which
// the bus says of every message, would wake it once more for each answer. Where
// the bus speaks RESP3, which Redis does from 6.0 on, the connection that messages
// come in on also carries the answers to them, and the bus is told to be silent on
// it: CLIENT REPLY OFF. It is told otherwise for what is asked on it, and now and
// then for an answer, so that one which the bus refuses does not go unnoticed.
var (
	replyOn  = resp.AppendCommand(nil, "CLIENT", "REPLY", "ON")
	replyOff = resp.AppendCommand(nil, "CLIENT", "REPLY", "OFF")
)

// silence has the bus be silent on a pipe, and reports whether the bus and its user
// are capable of that. To be told so is not enough: with the replies to commands
// Redis up to 7.0.5, and what descends from it, keeps back messages too.
func (l *Link) silence(ctx context.Context, p *pipe) bool {
	inbox := "caller:" + rand.Text()
	if !p.may(ctx, "HELLO", "3") || !p.may(ctx, "CLIENT", "REPLY", "ON") || !p.may(ctx, "SUBSCRIBE", inbox) {
		return false
	}
	before := l.probe.back.Load()
	p.quieten(true)
	capable := p.publish(asked{}, inbox, l.probe.message) == nil && p.may(ctx, "UNSUBSCRIBE", inbox) && l.probe.back.Load() > before
	p.quieten(capable)
	p.listen()
	return capable
}

// may reports whether the bus does what it is asked.
func (p *pipe) may(ctx context.Context, words ...string) bool {
	w := newWaiter()
	if p.command(w, words...) != nil {
		return false
	}
	a, err := await(ctx, w)
	return err == nil && a.err == nil
}

func (p *pipe) quieten(silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = silent
}

// speakLocked precedes what is appended. A silent bus answers only what is asked
// aloud.
func (p *pipe) speakLocked(aloud bool) {
	switch {
	case !p.silent || aloud != p.off:
	case aloud:
		p.out = append(p.out, replyOn...)
		p.waiting.push(asked{})
		p.off = false
	default:
		p.out = append(p.out, replyOff...)
		p.off = true
	}
}

// listen has the next message that nobody wants the receivers of answered all the
// same.
func (p *pipe) listen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.aloud = true
}
