package resp

import (
	"math"
	"strconv"
)

// The protocol versions a connection may speak, as the proto of the Append
// functions.
const (
	RESP2 = 2
	RESP3 = 3
)

// text is what a string on the wire may be made of.
type text interface{ ~string | ~[]byte }

func appendHeader(dst []byte, kind Kind, n int64) []byte {
	dst = append(dst, byte(kind))
	dst = strconv.AppendInt(dst, n, 10)
	return append(dst, '\r', '\n')
}

// AppendCommand appends a command with its arguments. For arguments of mixed
// types use AppendArrayHeader and AppendBulk.
func AppendCommand[T text](dst []byte, args ...T) []byte {
	dst = AppendArrayHeader(dst, len(args))
	for _, arg := range args {
		dst = AppendBulk(dst, arg)
	}
	return dst
}

// AppendBulk appends a string of any bytes.
func AppendBulk[T text](dst []byte, s T) []byte {
	dst = appendHeader(dst, Bulk, int64(len(s)))
	dst = append(dst, s...)
	return append(dst, '\r', '\n')
}

// AppendBulkHeader begins a string of n bytes, which the caller appends, and a
// line end behind them.
func AppendBulkHeader(dst []byte, n int) []byte { return appendHeader(dst, Bulk, int64(n)) }

// AppendVerbatim appends a text with its format, three letters such as "txt";
// in RESP2 a string without it.
func AppendVerbatim(dst []byte, proto int, format, s string) []byte {
	if proto < RESP3 {
		return AppendBulk(dst, s)
	}
	from := len(dst)
	dst = AppendBulk(dst, format+":"+s)
	dst[from] = byte(Verbatim)
	return dst
}

// AppendSimple appends a status such as "OK". Line ends in it become blanks.
func AppendSimple(dst []byte, s string) []byte { return appendLine(dst, Simple, s) }

// AppendError appends an error, its text with the code before it: "ERR syntax
// error". Line ends in it become blanks, as Redis does.
func AppendError(dst []byte, s string) []byte { return appendLine(dst, Error, s) }

//go:noinline
func appendLine(dst []byte, kind Kind, s string) []byte {
	dst = append(dst, byte(kind))
	from := len(dst)
	dst = append(dst, s...)
	for i, c := range dst[from:] {
		if c == '\r' || c == '\n' {
			dst[from+i] = ' '
		}
	}
	return append(dst, '\r', '\n')
}

// AppendInt appends an integer.
func AppendInt(dst []byte, n int64) []byte { return appendHeader(dst, Int, n) }

// AppendDouble appends a number as AppendFloat writes it; in RESP2 as a string.
func AppendDouble(dst []byte, proto int, f float64) []byte {
	if proto < RESP3 {
		var scratch [32]byte
		return AppendBulk(dst, AppendFloat(scratch[:0], f))
	}
	dst = AppendFloat(append(dst, byte(Double)), f)
	return append(dst, '\r', '\n')
}

// AppendFloat appends the 17 digits of a number that Redis 7.0 gives, or inf, -inf
// and nan, without a kind or a line end.
func AppendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case math.IsNaN(f):
		return append(dst, "nan"...)
	}
	return strconv.AppendFloat(dst, f, 'g', 17, 64)
}

// AppendNull appends null; in RESP2 the null string.
func AppendNull(dst []byte, proto int) []byte {
	null := "$-1\r\n"
	if proto >= RESP3 {
		null = "_\r\n"
	}
	return append(dst, null...)
}

// AppendNullArray appends null; in RESP2 the null array.
func AppendNullArray(dst []byte, proto int) []byte {
	null := "*-1\r\n"
	if proto >= RESP3 {
		null = "_\r\n"
	}
	return append(dst, null...)
}

// AppendArrayHeader begins an array of n values, which the caller appends.
func AppendArrayHeader(dst []byte, n int) []byte { return appendHeader(dst, Array, int64(n)) }

// AppendMapHeader begins a map of n keys, each followed by its value; in RESP2
// an array of 2n values.
func AppendMapHeader(dst []byte, proto, n int) []byte {
	if proto < RESP3 {
		return AppendArrayHeader(dst, 2*n)
	}
	return appendHeader(dst, Map, int64(n))
}

// AppendSetHeader begins a set of n values; in RESP2 an array.
func AppendSetHeader(dst []byte, proto, n int) []byte {
	return appendParts(dst, proto, Set, n)
}

// AppendPushHeader begins a push message of n values; in RESP2 an array.
func AppendPushHeader(dst []byte, proto, n int) []byte {
	return appendParts(dst, proto, Push, n)
}

func appendParts(dst []byte, proto int, kind Kind, n int) []byte {
	if proto < RESP3 {
		kind = Array
	}
	return appendHeader(dst, kind, int64(n))
}
