package daebus

import (
	"context"
	"errors"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// Socket answers one frame from a WebSocket peer and returns the frame to send
// back, nil when there is nothing to say. A value that is null counts as
// nothing, as in the original. frame is borrowed, the answer is the caller's to
// keep.
func (s *Service) Socket(ctx context.Context, p Peer, frame []byte) []byte {
	s.Stats.Frames.Add(1)
	var f wire.Frame
	if err := wire.ScanFrame(frame, &f); err != nil && !errors.Is(err, wire.ErrNotObject) {
		return wire.AppendFrameError(nil, "", "Invalid JSON")
	}
	if len(f.Type) == 0 {
		return wire.AppendFrameError(nil, "", "No message type provided")
	}
	h, ok := s.sockets[string(f.Type)]
	if !ok {
		return wire.AppendFrameError(nil, "", "No handler found for message type '"+string(f.Type)+"'")
	}
	v, err := s.serve(ctx, h, &Request{
		Name:    string(f.Type),
		Payload: f.Data,
		Peer:    p,
		codec:   JSON,
		report:  toPeer{p},
	})
	var data []byte
	if err == nil {
		data, err = s.encode(nil, JSON, string(f.Type), v)
	}
	if err != nil {
		s.logHidden("socket", string(f.Type), err)
		return wire.AppendFrameFailure(nil, string(CodeOf(err)), publicText(err), f.ID)
	}
	if string(data) == "null" {
		return nil
	}
	return wire.AppendFrameReply(nil, data, f.ID)
}

// toPeer reports progress as {"type":"progress","data":…}.
type toPeer struct{ Peer }

func (p toPeer) progress(v any) error { return p.Send("progress", v) }

// RefuseSocket is the frame that answers a peer's frame with err, unhandled.
func (s *Service) RefuseSocket(frame []byte, err error) []byte {
	s.Stats.Refused.Add(1)
	var f wire.Frame
	_ = wire.ScanFrame(frame, &f) // its id may be found all the same
	return wire.AppendFrameFailure(nil, string(CodeOf(err)), publicText(err), f.ID)
}

// logHidden logs an error whose text the asker does not get to see.
func (s *Service) logHidden(door, name string, err error) {
	if hides(err) {
		s.log().Error("handler failed", "service", s.Name, door, name, "err", err)
	}
}

// PushFrame is the frame {"type":kind,"data":v} that a Peer's Send queues.
func PushFrame(kind string, v any) ([]byte, error) {
	data, err := JSON.Append(nil, v)
	if err != nil {
		return nil, Errorf(Invalid, "message %q: %w", kind, err)
	}
	return wire.AppendFrame(nil, kind, data), nil
}
