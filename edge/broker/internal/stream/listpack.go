package stream

// Where Redis begins a new node depends on the bytes of its listpack, the
// format that listpack.c of Redis 7.0 describes. The functions here only count
// them.

const (
	listpackFrame = 7 // header and end
	smallElement  = 2 // an integer from 0 to 127 with the length behind it
)

// headSize is a new listpack with its first part: counts of the living and the
// deleted, the names of the first entry, and a zero.
func headSize(fields [][]byte) int {
	n := listpackFrame + 3*smallElement + intSize(int64(len(fields)/2))
	for i := 0; i < len(fields); i += 2 {
		n += elementSize(fields[i])
	}
	return n
}

// entrySize is an entry in a listpack: flags, the difference of its ID to the
// first one, its fields, and the number of its elements.
func entrySize(diff ID, fields [][]byte, same bool) int {
	pairs := len(fields) / 2
	n := smallElement + intSize(int64(diff.MS)) + intSize(int64(diff.Seq))
	elements, step := pairs+3, 2
	if !same {
		n += intSize(int64(pairs))
		elements, step = 2*pairs+4, 1
	}
	for i := step - 1; i < len(fields); i += step {
		n += elementSize(fields[i])
	}
	return n + intSize(int64(elements))
}

// elementSize is a string with its length before and behind it; what reads as
// an integer is stored as one. From 4096 bytes on it matters no more: the node
// is full.
func elementSize(b []byte) int {
	if n, ok := integer(b); ok {
		return intSize(n)
	}
	switch n := len(b); {
	case n < 1<<6:
		return n + 2
	case n < 1<<7-2:
		return n + 3
	default:
		return n + 4
	}
}

//go:noinline
func intSize(n int64) int {
	switch {
	case n >= 0 && n < 1<<7:
		return 2
	case n >= -1<<12 && n < 1<<12:
		return 3
	case n >= -1<<15 && n < 1<<15:
		return 4
	case n >= -1<<23 && n < 1<<23:
		return 5
	case n >= -1<<31 && n < 1<<31:
		return 6
	}
	return 10
}

// integer reads a decimal number of 64 bits in its shortest form.
func integer(b []byte) (n int64, ok bool) {
	digits, minus := b, len(b) > 0 && b[0] == '-'
	if minus {
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 19 || digits[0] == '0' && len(b) > 1 {
		return 0, false
	}
	var u uint64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		u = 10*u + uint64(c-'0')
	}
	if minus {
		return -int64(u), u <= 1<<63
	}
	return int64(u), u < 1<<63
}
