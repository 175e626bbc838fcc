package wire

import (
	"encoding/binary"
	"math/bits"
)

// Each constant repeats one byte eight times, for tests on eight bytes in one word.
const (
	ones    = 0x0101010101010101
	highs   = 0x80 * ones
	spaces  = ' ' * ones
	quotes  = '"' * ones
	slashes = '\\' * ones
)

// special returns the offset of the first byte at or after i that ends a run of plain string content: a quote, a
// backslash or a control character. It returns len(data) when there is none.
//
// A word's high bits are set at and possibly above its first special byte, never below it: a subtraction borrows only
// from a byte that is itself special. Little endian order makes that byte the lowest.
func special(data []byte, i int) int {
	if i+8 <= len(data) { // most strings end here
		if found := specials(binary.LittleEndian.Uint64(data[i:])) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)>>3
		}
		i += 8
	}
	for ; i+32 <= len(data); i += 32 {
		b := data[i : i+32]
		found := specials(binary.LittleEndian.Uint64(b)) | specials(binary.LittleEndian.Uint64(b[8:])) |
			specials(binary.LittleEndian.Uint64(b[16:])) | specials(binary.LittleEndian.Uint64(b[24:]))
		if found&highs != 0 {
			break // in one of the four
		}
	}
	for ; i+8 <= len(data); i += 8 {
		if found := specials(binary.LittleEndian.Uint64(data[i:])) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)>>3
		}
	}
	for ; i < len(data); i++ {
		if c := data[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
}

// specials has the high bit of each special byte set.
func specials(w uint64) uint64 {
	return ((w - spaces) | ((w ^ quotes) - ones) | ((w ^ slashes) - ones)) &^ w
}
