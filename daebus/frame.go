package daebus

import (
	"errors"
	"math"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// Frame is one message from a WebSocket peer, taken apart. It is for runtimes,
// and reused: what it holds is gone when the next message is read into it. Its
// zero value is ready.
type Frame struct {
	scanned wire.Frame
	err     error // it is not JSON
}

// Read takes msg apart, of which the Frame keeps parts.
func (f *Frame) Read(msg []byte) {
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

// Answer is the frame {"type":kind,"data":v} that answers the message, with its
// id. The error has the code Invalid when v cannot be encoded.
func (f *Frame) Answer(kind string, v any) ([]byte, error) {
	return answerFrame(kind, v, f.scanned.ID)
}

// Fail is the frame that answers the message with err.
func (f *Frame) Fail(err error) []byte {
	return wire.AppendFrameFailure(nil, string(CodeOf(err)), publicText(err), f.scanned.ID)
}

// Limit is the frame that refuses the message because its peer sends too many,
// and may send the next after wait.
func (f *Frame) Limit(wait time.Duration) []byte {
	const text = "Rate limit exceeded"
	if f.scanned.ID == nil {
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
