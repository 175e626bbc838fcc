package hub

import "encoding/binary"

// What a frame begins with, by RFC 6455, section 5.2: it is the last of its
// message, and of this kind.
const (
	finText = 0x80 | 0x1
	finPing = 0x80 | 0x9
	finPong = 0x80 | 0xa

	controlBit = 0x8 // is set in a ping, a pong and a close frame
)

// A client's pong without a payload, which answers such a ping: this and a mask.
const (
	pongHeader = "\x8a\x80"
	maskSize   = 4
)

// maxHeader is the size of the longest header of a frame that is not masked,
// and a server's are not.
const maxHeader = 10

// frame is a message as it goes over the wire. It is encoded once and shared by
// all peers that get it.
type frame struct{ wire []byte }

func newFrame(text []byte) *frame {
	return &frame{appendFrame(make([]byte, 0, maxHeader+len(text)), finText, text)}
}

func appendFrame(b []byte, first byte, payload []byte) []byte {
	b = append(b, first)
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}

// cutFrame takes the first frame of several that appendFrame has made apart. It
// is n bytes long.
func cutFrame(b []byte) (first byte, payload []byte, n int) {
	header, size := 2, int(b[1])
	switch size {
	case 126:
		header, size = 4, int(binary.BigEndian.Uint16(b[2:]))
	case 127:
		header, size = 10, int(binary.BigEndian.Uint64(b[2:]))
	}
	n = header + size
	return b[0], b[header:n], n
}

// next makes a frame the simplest source.
func (f *frame) next(*peer) []byte { return f.wire }

func (f *frame) cost() int { return len(f.wire) + slotCost }
