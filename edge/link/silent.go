package link

import (
	"context"

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

// silence makes a pipe silent, and reports whether the bus and its user are
// capable of that.
func (p *pipe) silence(ctx context.Context) bool {
	for _, words := range [][]string{{"HELLO", "3"}, {"CLIENT", "REPLY", "ON"}} {
		w := newWaiter()
		if p.command(w, words...) != nil {
			return false
		}
		if a, err := await(ctx, w); err != nil || a.err != nil {
			return false
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent, p.aloud = true, true
	return true
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
