package daebus

import (
	"bytes"
	"context"
	"strings"
)

// Deliver hands one message to a listener.
func (s *Service) Deliver(ctx context.Context, l *Listener, m Message) {
	t := s.open(m)
	defer t.close()
	s.Stats.Messages.Add(1)

	t.request = Request{Name: m.Channel, Payload: m.Data, codec: t.codec}
	answerable := t.addressed(l, m)
	if answerable {
		t.request.report = t
	}
	v, err := s.serve(ctx, l.handler, &t.request)
	if answerable || err != nil {
		t.answer(v, err)
	}
}

// Miss tells that a listener was too slow for a message. Who asked for an
// answer is answered with err.
func (s *Service) Miss(l *Listener, m Message, err error) {
	t := s.open(m)
	defer t.close()
	s.Stats.Missed.Add(1)
	t.request = Request{Name: m.Channel}
	t.addressed(l, m)
	t.answer(nil, err)
}

// addressed looks for a reply_to in a plain message. Nothing else in it is an
// address, whatever its keys are called. Whoever listens to a pattern overhears
// what others are asked: an answer of his would be taken for theirs.
func (t *Task) addressed(l *Listener, m Message) bool {
	if strings.HasSuffix(l.Channel, "*") {
		return false
	}
	found := bytes.Contains(m.Data, replyTo) && t.scan(m) == nil
	t.envelope.Service = nil
	return found && len(t.envelope.ReplyTo) > 0
}

var replyTo = []byte("reply_to")
