package stream

// How numbers and texts lie in a block: a number as a varint, and a text behind
// its length. These are called from many places, and are not inlined there: it
// would not make anything faster.

//go:noinline
func appendNumber(dst []byte, n uint64) []byte {
	for n >= 0x80 {
		dst = append(dst, byte(n)|0x80)
		n >>= 7
	}
	return append(dst, byte(n))
}

func appendText(dst, text []byte) []byte {
	return append(appendNumber(dst, uint64(len(text))), text...)
}

// number reads one off the front of b.
//
//go:noinline
func number(b []byte) (n uint64, rest []byte) {
	for shift := 0; ; shift += 7 {
		c := b[0]
		b = b[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n, b
		}
	}
}

// text reads one off the front of b.
//
//go:noinline
func text(b []byte) (text, rest []byte) {
	n, rest := uint64(b[0]), b[1:]
	if n >= 0x80 {
		n, rest = number(b)
	}
	return rest[:n:n], rest[n:]
}

// numberSize is how many bytes a number takes.
func numberSize(n int) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

func textSize(text []byte) int { return numberSize(len(text)) + len(text) }
