package daebus

import (
	"cmp"
	"context"
	"runtime/debug"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

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
		return dst, unencodable(err)
	}
	return b, nil
}

// encode returns what the handler returned as a payload: raw JSON where it
// stands, anything else in the Task's own bytes.
func (t *Task) encode(v any) (payload []byte, err error) {
	if t.codec == JSON {
		if payload, err = rawJSON(v); err != nil {
			return nil, unencodable(err)
		}
	}
	if payload == nil {
		t.payload, err = t.s.encode(t.payload[:0], t.codec, t.request.Name, v)
		payload = t.payload
	}
	return payload, err
}

func unencodable(err error) error { return internalf("the reply cannot be encoded: %w", err) }

// panicked is called by the deferred function that recovered p.
func (s *Service) panicked(name string, p any) error {
	s.Stats.Panics.Add(1)
	s.log().Error("handler panicked", "service", s.Name, "action", name, "panic", p, "stack", string(debug.Stack()))
	return Errorf(Internal, "%s: the handler panicked", name)
}

// answer sends the one final reply.
func (t *Task) answer(v any, err error) {
	var payload []byte
	if err == nil {
		payload, err = t.encode(v)
	}
	switch {
	case t.inquirer != nil:
		if err != nil {
			t.s.logHidden("action", t.request.Name, err)
		}
		t.inquirer.answered(payload, err)
		return
	case err == nil:
		t.post(wire.Success, payload)
		return
	}
	if !t.hasAddress() {
		t.s.Stats.Unanswerable.Add(1)
		t.s.log().Warn("failed, and nobody to tell", "service", t.s.Name, "action", cmp.Or(t.request.Name, string(t.envelope.Action)), "err", err)
		return
	}
	if CodeOf(err) != Internal { // of which a peer on the bus reads all
		t.s.logHidden("action", t.request.Name, err)
	}
	t.payload, _ = t.codec.Append(t.payload[:0], errorBody{busText(err), CodeOf(err)})
	t.post(wire.Error, t.payload)
}

// progress sends a non-final reply. It may be called from several goroutines.
func (t *Task) progress(v any) error {
	payload, err := t.codec.Append(nil, v)
	if err != nil {
		return Errorf(Invalid, "the progress cannot be encoded: %w", err)
	}
	if t.inquirer != nil {
		return t.inquirer.reported(payload)
	}
	if !t.hasAddress() {
		return nil
	}
	msg := t.codec.AppendResponse(nil, wire.Success, payload, t.envelope.ID, false)
	return t.s.client.runtime().Bus.Post(t.address(), msg)
}

func (t *Task) post(status wire.Status, payload []byte) {
	if !t.hasAddress() {
		return
	}
	t.reply = t.codec.AppendResponse(t.reply[:0], status, payload, t.envelope.ID, true)
	if err := t.s.client.runtime().Bus.Post(t.address(), t.reply); err != nil {
		t.s.Stats.Unsent.Add(1)
	}
}

func (t *Task) hasAddress() bool {
	return len(t.envelope.ReplyTo) > 0 || len(t.envelope.Service) > 0
}

// address is where the reply goes: reply_to, else the channel that the
// original uses for a request without one.
func (t *Task) address() string {
	if len(t.envelope.ReplyTo) == 0 {
		return string(t.envelope.Service) + ".responses"
	}
	return t.inbox
}
