package seglog

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// MaxRecord is how many bytes a record may have, and what reading holds of it.
const MaxRecord = 256 << 20

// recordSize is how many bytes stand before a payload.
const recordSize = 24

// settled is the bit of a length that says: all before this record was durable
// before it was written. A power cut may take any page written since the last
// such record, but none before it.
const settled = 1 << 31

var (
	marker     = []byte("\xdaL\xf0G") // no text and no number looks like it
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	order      = binary.LittleEndian
)

// seed is where the checksums of a log begin: with its salt.
type seed uint32

func newSeed(salt uint64) seed {
	return seed(crc32.Checksum(order.AppendUint64(nil, salt), castagnoli))
}

func (s seed) sum(b []byte) uint32 { return crc32.Update(uint32(s), castagnoli, b) }

// record is what the bytes before a payload say.
type record struct {
	length  int
	settled bool
	number  uint64
	sum     uint32 // of the payload
}

// size is how many bytes the record takes in a segment.
func (r record) size() int64 { return recordSize + int64(r.length) }

// appendRecord appends a record to dst.
func (s seed) appendRecord(dst []byte, number uint64, isSettled bool, payload []byte) []byte {
	from := len(dst)
	length := uint32(len(payload))
	if isSettled {
		length |= settled
	}
	dst = append(dst, marker...)
	dst = order.AppendUint32(dst, length)
	dst = order.AppendUint64(dst, number)
	dst = order.AppendUint32(dst, s.sum(payload))
	dst = order.AppendUint32(dst, s.sum(dst[from:]))
	return append(dst, payload...)
}

// parse reads the first recordSize bytes of a record. When they are none, flip
// tells that they were, but for a single byte.
func (s seed) parse(b []byte) (r record, ok, flip bool) {
	const end = recordSize - 4
	diff := s.sum(b[:end]) ^ order.Uint32(b[end:])
	if diff != 0 {
		return r, false, isFlip(diff, end) || bytes.Count(order.AppendUint32(nil, diff), []byte{0}) == 3
	}
	length := order.Uint32(b[4:])
	r = record{
		length:  int(length &^ settled),
		settled: length&settled != 0,
		number:  order.Uint64(b[8:]),
		sum:     order.Uint32(b[16:]),
	}
	return r, bytes.HasPrefix(b, marker) && r.length <= MaxRecord, false
}

// isFlip reports whether a change of one of n bytes explains that their
// checksum differs in diff from what it was: the mark of a bit that flipped,
// where a write that was torn off changes many. It goes back through the
// calculation byte by byte, and looks whether the difference begins there.
func isFlip(diff uint32, n int) bool {
	for ; n > 0; n-- {
		i := lastStep[diff>>24]
		if castagnoli[i] == diff {
			return true
		}
		diff = (diff^castagnoli[i])<<8 | uint32(i)
	}
	return false
}

// lastStep is the index in castagnoli by the highest byte of the value there.
var lastStep = func() (inverse [256]byte) {
	for i, v := range castagnoli {
		inverse[v>>24] = byte(i)
	}
	return inverse
}()
