package link

import (
	"context"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// A service answers far more than it asks, and the number of receivers, which
// the bus says of every message, would wake it once more for each answer. Where
// the bus speaks RESP3, which Redis does from 6.0 on, the connection that messages
// come in on also carries the answers to them, and is told to be silent: CLIENT
// REPLY OFF. What is asked on it is asked between ON and OFF, and so is now and
// then an answer, so that one which the bus refuses does not go unnoticed.
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

// openLocked precedes what is appended. A silent bus answers only what is asked
// aloud.
func (p *pipe) openLocked(aloud bool) {
	if aloud && p.silent {
		p.out = append(p.out, replyOn...)
		p.waiting.push(asked{})
	}
}

// listen has the next message that nobody wants the receivers of answered all the
// same.
func (p *pipe) listen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.aloud = true
}
