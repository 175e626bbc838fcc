package daebus

import (
	"bytes"
	"cmp"
	"context"
	"runtime/debug"
	"strings"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// scratch is what one dispatch works in. It is reused, so nothing in it may be
// kept after the handler has returned.
type scratch struct {
	s        *Service
	codec    Codec
	envelope wire.Request
	request  Request
	payload  []byte
	reply    []byte
	inbox    string // the latest reply_to; most requests share it
}

// maxScratch is the size above which a buffer is dropped rather than reused.
const maxScratch = 64 << 10

// Dispatch answers one message from the service's channel.
func (s *Service) Dispatch(ctx context.Context, m Message) {
	sc := s.open(m)
	defer sc.close()
	s.Stats.Requests.Add(1)

	if err := sc.scan(m); err != nil {
		sc.answer(nil, Errorf(Invalid, "%w", err))
		return
	}
	a, err := s.action(sc.envelope.Action)
	if err != nil {
		sc.answer(nil, err)
		return
	}
	if ms := sc.envelope.Timeout; ms > 0 {
		d := withDeadline(ctx, m.Received.Add(time.Duration(ms)*time.Millisecond))
		defer d.end()
		ctx = d
		if ctx.Err() != nil {
			s.Stats.Expired.Add(1)
			sc.answer(nil, Errorf(Timeout, "%s: the caller's time was over before it began", sc.envelope.Action))
			return
		}
	}
	sc.request = Request{
		Name:    a.name,
		Payload: sc.envelope.Payload,
		codec:   sc.codec,
		text:    sc.envelope.Outer,
		report:  sc,
	}
	sc.answer(s.serve(ctx, a.handler, &sc.request))
}

// Deliver hands one message to a listener.
func (s *Service) Deliver(ctx context.Context, l *Listener, m Message) {
	sc := s.open(m)
	defer sc.close()
	s.Stats.Messages.Add(1)

	sc.request = Request{Name: m.Channel, Payload: m.Data, codec: sc.codec}
	answerable := sc.addressed(l, m)
	if answerable {
		sc.request.report = sc
	}
	v, err := s.serve(ctx, l.handler, &sc.request)
	if answerable || err != nil {
		sc.answer(v, err)
	}
}

// Miss tells that a listener was too slow for a message. Who asked for an
// answer is answered with err.
func (s *Service) Miss(l *Listener, m Message, err error) {
	sc := s.open(m)
	defer sc.close()
	s.Stats.Missed.Add(1)
	sc.request = Request{Name: m.Channel}
	sc.addressed(l, m)
	sc.answer(nil, err)
}

// addressed looks for a reply_to in a plain message. Nothing else in it is an
// address, whatever its keys are called. Whoever listens to a pattern overhears
// what others are asked: an answer of his would be taken for theirs.
func (sc *scratch) addressed(l *Listener, m Message) bool {
	if strings.HasSuffix(l.Channel, "*") {
		return false
	}
	found := bytes.Contains(m.Data, replyTo) && sc.scan(m) == nil
	sc.envelope.Service = nil
	return found && len(sc.envelope.ReplyTo) > 0
}

var replyTo = []byte("reply_to")

// Refuse answers a message from the service's channel with err, unread.
func (s *Service) Refuse(m Message, err error) {
	sc := s.open(m)
	defer sc.close()
	s.Stats.Refused.Add(1)
	_ = sc.scan(m) // an address may be found all the same
	sc.answer(nil, err)
}

func (s *Service) open(m Message) *scratch {
	sc := s.scratch.Get().(*scratch)
	sc.s = s
	sc.codec = codecOf(s.codecs, m.Data)
	sc.envelope.Action, sc.envelope.ReplyTo, sc.envelope.Service, sc.envelope.ID = nil, nil, nil, nil
	return sc
}

// scan reads the envelope. After an error it holds what could be read.
func (sc *scratch) scan(m Message) error {
	err := sc.codec.ScanRequest(m.Data, &sc.envelope)
	if string(sc.envelope.ReplyTo) != sc.inbox {
		sc.inbox = string(sc.envelope.ReplyTo)
	}
	return err
}

func (sc *scratch) close() {
	sc.request = Request{}
	if cap(sc.payload) > maxScratch || cap(sc.reply) > maxScratch {
		sc.payload, sc.reply = nil, nil
	}
	sc.s.scratch.Put(sc)
}

func (s *Service) action(name []byte) (action, error) {
	if len(name) == 0 {
		return action{}, Errorf(Invalid, `no action; want {"action": "…"}`)
	}
	a, ok := s.actions[string(name)]
	if !ok {
		return action{}, Errorf(NotFound, "%s has no action %q", s.Name, name)
	}
	return a, nil
}

// serve runs a handler; a panic becomes an error.
func (s *Service) serve(ctx context.Context, h Handler, req *Request) (v any, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, s.panicked(req.Name, p)
		}
		if err != nil {
			s.Stats.Errors.Add(1)
		}
	}()
	return h.Serve(ctx, req)
}

// encode appends what the handler of name returned to dst. The value's own
// methods may panic as well as the handler.
func (s *Service) encode(dst []byte, codec Codec, name string, v any) (b []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			b, err = dst, s.panicked(name, p)
		}
	}()
	if b, err = codec.Append(dst, v); err != nil {
		return dst, internalf("the reply cannot be encoded: %w", err)
	}
	return b, nil
}

// panicked is called by the deferred function that recovered p.
func (s *Service) panicked(name string, p any) error {
	s.Stats.Panics.Add(1)
	s.log().Error("handler panicked", "service", s.Name, "action", name, "panic", p, "stack", string(debug.Stack()))
	return Errorf(Internal, "%s: the handler panicked", name)
}

// answer sends the one final reply.
func (sc *scratch) answer(v any, err error) {
	if err == nil {
		if sc.payload, err = sc.s.encode(sc.payload[:0], sc.codec, sc.request.Name, v); err == nil {
			sc.post(wire.Success)
			return
		}
	}
	if !sc.hasAddress() {
		sc.s.Stats.Unanswerable.Add(1)
		sc.s.log().Warn("failed, and nobody to tell", "service", sc.s.Name, "action", cmp.Or(sc.request.Name, string(sc.envelope.Action)), "err", err)
		return
	}
	if CodeOf(err) != Internal { // of which a peer on the bus reads all
		sc.s.logHidden("action", sc.request.Name, err)
	}
	sc.payload, _ = sc.codec.Append(sc.payload[:0], errorBody{busText(err), CodeOf(err)})
	sc.post(wire.Error)
}

// progress sends a non-final reply. It may be called from several goroutines.
func (sc *scratch) progress(v any) error {
	payload, err := sc.codec.Append(nil, v)
	if err != nil {
		return Errorf(Invalid, "the progress cannot be encoded: %w", err)
	}
	if !sc.hasAddress() {
		return nil
	}
	msg := sc.codec.AppendResponse(nil, wire.Success, payload, sc.envelope.ID, false)
	return sc.s.client.runtime().Bus.Post(sc.address(), msg)
}

func (sc *scratch) post(status wire.Status) {
	if !sc.hasAddress() {
		return
	}
	sc.reply = sc.codec.AppendResponse(sc.reply[:0], status, sc.payload, sc.envelope.ID, true)
	if err := sc.s.client.runtime().Bus.Post(sc.address(), sc.reply); err != nil {
		sc.s.Stats.Unsent.Add(1)
	}
}

func (sc *scratch) hasAddress() bool {
	return len(sc.envelope.ReplyTo) > 0 || len(sc.envelope.Service) > 0
}

// address is where the reply goes: reply_to, else the channel that the
// original uses for a request without one.
func (sc *scratch) address() string {
	if len(sc.envelope.ReplyTo) == 0 {
		return string(sc.envelope.Service) + ".responses"
	}
	return sc.inbox
}
