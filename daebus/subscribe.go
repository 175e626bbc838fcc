package daebus

import "github.com/daebus/daebus-go/daebus/internal/wire"

// standing is what a peer says of a topic: which, and what it has of it.
type standing struct {
	Topic string `json:"topic"`
	Epoch string `json:"epoch"` // "" and 0: nothing
	Seq   uint64 `json:"seq"`
}

// topic does what the message asks for with a topic. The answer is an error, or
// null for a message with an id: somebody waits for it.
func (f *Frame) topic(do func(standing) error) []byte {
	var s standing
	err := JSON.Unmarshal(f.Data(), &s)
	if err != nil {
		err = Errorf(Invalid, "%w", err)
	} else {
		err = do(s)
	}
	switch {
	case err != nil:
		return f.Fail(err)
	case f.scanned.ID != nil:
		return wire.AppendFrame(nil, "response", []byte("null"), f.scanned.ID)
	}
	return nil
}
