package daebus

import (
	"context"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// Socket answers one frame from a WebSocket peer and returns the frame to send
// back, nil when there is nothing to say. A value that is null counts as
// nothing, as in the original, unless the frame has an id: somebody waits for
// it. frame is borrowed, the answer is the caller's to keep.
func (s *Service) Socket(ctx context.Context, p FramePeer, frame []byte) []byte {
	s.Stats.Frames.Add(1)
	var f Frame
	f.Read(frame)
	if f.err != nil {
		return f.refuse(Invalid, "Invalid JSON")
	}
	kind := string(f.Type())
	if kind == "" {
		return f.refuse(Invalid, "No message type provided")
	}
	h, ok := s.sockets[kind]
	if !ok {
		return f.unknown()
	}
	v, err := s.serve(ctx, h, &Request{
		Name:    kind,
		Payload: f.Data(),
		Peer:    p,
		codec:   JSON,
		report:  toPeer{p, f.scanned.ID},
	})
	var data []byte
	if err == nil {
		data, err = s.encode(nil, JSON, kind, v)
	}
	if err != nil {
		s.logHidden("socket", kind, err)
		return f.Fail(err)
	}
	if string(data) == "null" && f.scanned.ID == nil {
		return nil
	}
	return wire.AppendFrame(nil, "response", data, f.scanned.ID)
}

// toPeer reports progress as {"type":"progress","data":…}, with the id of what
// asked for it.
type toPeer struct {
	peer FramePeer
	id   []byte
}

func (t toPeer) progress(v any) error {
	frame, err := answerFrame("progress", v, t.id)
	if err != nil {
		return err
	}
	return t.peer.Put(frame)
}

// Own answers one of the hub's own messages, {"type":"$…"}, with the frame it
// returns, nil when there is nothing to say.
func (s *Service) Own(p FramePeer, f *Frame) []byte {
	s.Stats.Frames.Add(1)
	switch string(f.Type()) {
	case "$ping":
		return wire.AppendFrame(nil, "$pong", nil, f.scanned.ID)
	case "$hello":
		answer, _ := f.Answer("$hello", hello{p.ID(), s.Name, s.PageVersion}) // strings can be encoded
		return answer
	case "$subscribe":
		return f.topic(func(t standing) error { return p.Subscribe(t.Topic, t.Epoch, t.Seq) })
	case "$unsubscribe":
		return f.topic(func(t standing) error { p.Unsubscribe(t.Topic); return nil })
	}
	return f.unknown()
}

// hello tells a page with whom it talks.
type hello struct {
	Peer    string `json:"peer"`
	Service string `json:"service"`
	Version string `json:"version"`
}

// RefuseSocket is the frame that answers a peer's frame with err, unhandled.
func (s *Service) RefuseSocket(frame []byte, err error) []byte {
	s.Stats.Refused.Add(1)
	var f Frame
	f.Read(frame) // its id may be found even if it is broken
	return f.Fail(err)
}

// logHidden logs an error whose text the asker does not get to see.
func (s *Service) logHidden(door, name string, err error) {
	if hides(err) {
		s.log().Error("handler failed", "service", s.Name, door, name, "err", err)
	}
}
