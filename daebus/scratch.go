package daebus

import "sync"

// scratch is where a message is put together or kept for a moment. Not each call
// has one, but each that is about to be sent or decoded.
type scratch struct {
	id      []byte
	payload []byte
	msg     []byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func newScratch() *scratch { return scratches.Get().(*scratch) }

// free has it reused.
func (s *scratch) free() {
	if cap(s.payload) > maxScratch || cap(s.msg) > maxScratch {
		s.payload, s.msg = nil, nil
	}
	scratches.Put(s)
}

// encode returns a payload: raw JSON where it stands, which costs no copy, and
// any other value in s.
func (s *scratch) encode(codec Codec, v any) (payload []byte, err error) {
	if v == nil {
		v = struct{}{}
	}
	if codec == JSON {
		payload, err = rawJSON(v)
	}
	if payload == nil && err == nil {
		s.payload, err = codec.Append(s.payload[:0], v)
		payload = s.payload
	}
	if err != nil {
		return nil, Errorf(Invalid, "payload: %w", err)
	}
	return payload, nil
}
