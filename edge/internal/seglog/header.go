package seglog

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

const (
	magic      = "daelog1\n"
	copySize   = 64           // of one header
	headerSize = 2 * copySize // a single damage leaves one of the two
	suffix     = ".log"
)

// header begins a segment.
type header struct {
	salt     uint64
	id       uint64
	first    uint64 // number of the first record that goes here
	base     uint64 // records before it are dropped
	prevID   uint64 // the segment before this; 0 = none
	prevSize uint64 // how many of its bytes count
}

// append appends both copies.
func (h header) append(dst []byte) []byte {
	from := len(dst)
	dst = append(dst, magic...)
	for _, n := range []uint64{h.salt, h.id, h.first, h.base, h.prevID, h.prevSize} {
		dst = order.AppendUint64(dst, n)
	}
	dst = order.AppendUint32(dst, 0)
	dst = order.AppendUint32(dst, seed(0).sum(dst[from:]))
	return append(dst, dst[from:]...)
}

// parseHeader reads one copy.
func parseHeader(b []byte) (h header, ok bool) {
	const end = copySize - 4
	if !bytes.HasPrefix(b, []byte(magic)) || seed(0).sum(b[:end]) != order.Uint32(b[end:]) {
		return h, false
	}
	for i, field := range []*uint64{&h.salt, &h.id, &h.first, &h.base, &h.prevID, &h.prevSize} {
		*field = order.Uint64(b[len(magic)+8*i:])
	}
	return h, true
}

// readHeader reads both copies of a header, and returns either.
func readHeader(f File) (h header, whole [2]bool) {
	var b [headerSize]byte
	f.ReadAt(b[:], 0) // what cannot be read stays zero, and fails the check
	for i := range whole {
		if c, ok := parseHeader(b[i*copySize:][:copySize]); ok {
			h, whole[i] = c, true
		}
	}
	return h, whole
}

// isOther reports whether a file that has no header of ours has two of a
// version that this program does not know.
func isOther(f File) bool {
	var b [headerSize]byte
	f.ReadAt(b[:], 0)
	version := b[:len(magic)]
	return bytes.HasPrefix(version, []byte(magic[:6])) && string(version) != magic && bytes.HasPrefix(b[copySize:], version)
}

// fileName is where segment id is.
func fileName(id uint64) string { return fmt.Sprintf("%016x%s", id, suffix) }

// parseName is the reverse of fileName; other files are no business of ours.
func parseName(name string) (id uint64, ok bool) {
	digits, ok := strings.CutSuffix(name, suffix)
	id, err := strconv.ParseUint(digits, 16, 64)
	return id, ok && err == nil && fileName(id) == name
}
