package wire

import "unicode/utf8"

// Frame is one scanned WebSocket message in dialect A, {"type": …, "data": …}, with the members that dialect B adds. Its
// slices borrow as those of a [Request] do. The zero value is ready.
type Frame struct {
	// Type is decoded, and empty when the frame names no type. A number or a boolean is taken as its text, as the
	// original does; null, an object and an array name no type.
	Type      []byte
	Data      []byte // raw JSON; {} when absent
	ID        []byte // id, the raw JSON value, to be echoed as it came; nil when absent, null or not UTF-8
	Channel   []byte // dialect B: decoded; nil when absent or not a string
	RequestID []byte // dialect B: request_id, the raw JSON value; nil when absent or null

	members members
}

// ScanFrame reads msg into f. After an error the fields are set as [ScanRequest] sets them.
func ScanFrame(msg []byte, f *Frame) error {
	m := &f.members
	f.Type, f.Data, f.ID, f.Channel, f.RequestID = nil, emptyObject, nil, nil, nil
	m.open(msg)
	for m.next() {
		switch string(m.name) {
		case "type":
			f.Type = m.scalar()
		case "data":
			f.Data = m.raw
		case "id":
			if f.ID = m.id(); !utf8.Valid(f.ID) {
				f.ID = nil // a text frame with it would end the connection
			}
		case "channel":
			f.Channel = m.text()
		case "request_id":
			f.RequestID = m.id()
		}
	}
	return m.failure()
}

// scalar returns the text of a string, a number or a boolean, nil for anything else.
func (m *members) scalar() []byte {
	switch m.raw[0] {
	case '"':
		return m.text()
	case 'n', '{', '[':
		return nil
	}
	return m.raw
}
