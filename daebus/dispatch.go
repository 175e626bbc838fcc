package daebus

import (
	"context"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// Task is one message at work. It is reused, so nothing in it may be kept after
// the handler has returned.
type Task struct {
	s         *Service
	action    action
	message   Message
	codec     Codec
	envelope  wire.Request
	request   Request
	kept      []byte // the message's bytes, when they had to be copied
	payload   []byte
	reply     []byte
	inbox     string // the latest reply_to; most requests share it
	inquirer  inquirer
	deadlines deadlines
}

// inquirer takes the replies to a request that did not come over the bus, whatever
// address that names. It borrows what it takes.
type inquirer interface {
	reported(payload []byte) error
	answered(payload []byte, err error) // the final reply
}

// maxScratch is the size above which a buffer is dropped rather than reused.
const maxScratch = 64 << 10

// Read takes apart a message from the service's channel. What needs no handler it
// answers itself, and returns nil; otherwise the Task is to be run or refused,
// and until then, or until Keep, m.Data must not change.
func (s *Service) Read(m Message) *Task { return s.read(m, nil) }

// read is Read for the request of q; nil when it came over the bus.
func (s *Service) read(m Message, q inquirer) *Task {
	t := s.open(m)
	t.inquirer = q
	s.Stats.Requests.Add(1)
	err := t.scan(m)
	if err != nil {
		err = Errorf(Invalid, "%w", err)
	} else if t.action, err = s.action(t.envelope.Action); err == nil {
		t.message = m
		return t
	}
	if err == noAction {
		t.envelope.Service = nil // a channel for replies only where something is asked
	}
	t.answer(nil, err)
	t.close()
	return nil
}

// Dispatch answers one message from the service's channel.
func (s *Service) Dispatch(ctx context.Context, m Message) {
	if t := s.Read(m); t != nil {
		t.Run(ctx)
	}
}

// Keep makes the Task independent of the message's bytes, which may change then.
func (t *Task) Keep() {
	t.kept = append(t.kept[:0], t.message.Data...)
	t.message.Data = t.kept
	_ = t.scan(t.message) // it was read before
}

// Action is what is asked for.
func (t *Task) Action() string { return t.action.name }

// Run has the handler answer. The task is gone then.
func (t *Task) Run(ctx context.Context) {
	defer t.close()
	if ms := t.envelope.Timeout; ms > 0 {
		d := t.deadlines.under(ctx, t.message.Received.Add(time.Duration(ms)*time.Millisecond))
		defer d.end()
		ctx = d
		if ctx.Err() != nil {
			t.s.Stats.Expired.Add(1)
			t.answer(nil, Errorf(Timeout, "%s: the caller's time was over before it began", t.action.name))
			return
		}
	}
	t.request = Request{
		Name:    t.action.name,
		Payload: t.envelope.Payload,
		codec:   t.codec,
		text:    t.envelope.Outer,
		report:  t,
	}
	t.answer(t.s.serve(ctx, t.action.handler, &t.request))
}

// Refuse answers with err instead. The task is gone then.
func (t *Task) Refuse(err error) {
	defer t.close()
	t.s.Stats.Refused.Add(1)
	t.answer(nil, err)
}

func (s *Service) open(m Message) *Task {
	t := s.scratch.Get().(*Task)
	t.s = s
	t.codec = codecOf(s.codecs, m.Data)
	t.envelope.Action, t.envelope.ReplyTo, t.envelope.Service, t.envelope.ID = nil, nil, nil, nil
	return t
}

// scan reads the envelope. After an error it holds what could be read.
func (t *Task) scan(m Message) error {
	err := t.codec.ScanRequest(m.Data, &t.envelope)
	if string(t.envelope.ReplyTo) != t.inbox {
		t.inbox = string(t.envelope.ReplyTo)
	}
	return err
}

func (t *Task) close() {
	t.request, t.action, t.message, t.inquirer = Request{}, action{}, Message{}, nil
	if cap(t.payload) > maxScratch || cap(t.reply) > maxScratch || cap(t.kept) > maxScratch {
		t.payload, t.reply, t.kept = nil, nil, nil
	}
	t.s.scratch.Put(t)
}

var noAction = Errorf(Invalid, `no action; want {"action": "…"}`)

func (s *Service) action(name []byte) (action, error) {
	if len(name) == 0 {
		return action{}, noAction
	}
	a, ok := s.actions[string(name)]
	if !ok {
		return action{}, Errorf(NotFound, "%s has no action %q", s.Name, name)
	}
	return a, nil
}
