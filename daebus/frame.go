package daebus

import (
	"errors"
	"math"
	"time"
	"unicode/utf8"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// Frame is one message from a WebSocket peer, taken apart. It is for runtimes,
// and reused: what it holds is gone when the next message is read into it. Its
// zero value is ready.
type Frame struct {
	scanned wire.Frame
	err     error        // it is not JSON
	request wire.Request // what is in data, once somebody asks
	asked   bool
}

// Read takes msg apart, of which the Frame keeps parts.
func (f *Frame) Read(msg []byte) {
	f.asked = false
	f.err = wire.ScanFrame(msg, &f.scanned)
	if errors.Is(f.err, wire.ErrNotObject) {
		f.err = nil // the original takes it for an object with no type
	}
}

// Type is what the message is: the name of a handler, or of one of the hub's
// own messages. It is empty when the message names none, and borrowed.
func (f *Frame) Type() []byte { return f.scanned.Type }

// Data is what the message says, raw JSON and borrowed; {} when it says nothing.
func (f *Frame) Data() []byte { return f.scanned.Data }

// Own reports whether the message is one of the hub's own, whose types begin
// with $. No handler waits for them.
func (f *Frame) Own() bool {
	return f.err == nil && len(f.scanned.Type) > 0 && f.scanned.Type[0] == '$'
}

// Bridged reports whether the message is in dialect B: it names a channel, and is
// one of the four that are for the bridge.
func (f *Frame) Bridged() bool {
	if f.err != nil || f.scanned.Channel == nil {
		return false
	}
	switch string(f.scanned.Type) {
	case "publish", "subscribe", "unsubscribe", "broadcast":
		return true
	}
	return false
}

// requestID is what the reply to a bridged request is known by, raw JSON and
// borrowed; nil when there is to be none.
func (f *Frame) requestID() []byte {
	if !f.Bridged() || string(f.scanned.Type) != "publish" {
		return nil
	}
	if !f.asked {
		f.asked = true
		_ = wire.ScanRequest(f.scanned.Data, &f.request) // what it is in the end, its reader finds out
	}
	id := f.request.ID
	if id == nil {
		id = f.scanned.RequestID
	}
	if !utf8.Valid(id) {
		return nil // a text frame with it would end the connection
	}
	return id
}

// Answer is the frame {"type":kind,"data":v} that answers the message, with its
// id. The error has the code Invalid when v cannot be encoded.
func (f *Frame) Answer(kind string, v any) ([]byte, error) {
	return answerFrame(kind, v, f.scanned.ID)
}

// Fail is the frame that answers the message with err, in the message's own
// dialect.
func (f *Frame) Fail(err error) []byte {
	code, text := string(CodeOf(err)), publicText(err)
	if id := f.requestID(); id != nil && len(id) <= maxRequestID {
		return wire.AppendFailedResult(nil, id, code, text)
	}
	if f.Bridged() && f.scanned.ID == nil {
		return wire.AppendFrameError(nil, code, text)
	}
	return wire.AppendFrameFailure(nil, code, text, f.scanned.ID)
}

// Limit is the frame that refuses the message because its peer sends too many,
// and may send the next after wait.
func (f *Frame) Limit(wait time.Duration) []byte {
	const text = "Rate limit exceeded"
	if f.scanned.ID == nil && f.requestID() == nil {
		return wire.AppendFrameLimit(nil, text, int64(math.Ceil(wait.Seconds())))
	}
	return f.Fail(Errorf(Busy, text))
}

// refuse says that no handler was reached: in the original's words, or where the
// message has an id as the answer to a call.
func (f *Frame) refuse(code Code, text string) []byte {
	if f.scanned.ID == nil {
		return wire.AppendFrameError(nil, "", text)
	}
	return wire.AppendFrameFailure(nil, string(code), text, f.scanned.ID)
}

func (f *Frame) unknown() []byte {
	return f.refuse(NotFound, "No handler found for message type '"+string(f.scanned.Type)+"'")
}

// PushFrame is the frame {"type":kind,"data":v} that a Peer's Send queues.
func PushFrame(kind string, v any) ([]byte, error) { return answerFrame(kind, v, nil) }

func answerFrame(kind string, v any, id []byte) ([]byte, error) {
	data, err := JSON.Append(nil, v)
	if err != nil {
		return nil, Errorf(Invalid, "message %q: %w", kind, err)
	}
	return wire.AppendFrame(nil, kind, data, id), nil
}
