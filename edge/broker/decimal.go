package broker

import (
	"bytes"
	"math/big"
)

// The numbers of INCRBYFLOAT and HINCRBYFLOAT. Redis calculates with the long
// double of x86, whose 64 bits of mantissa decide which digits it replies.

// longDouble is the precision, and the largest exponent, of that type.
const (
	longDoubleBits     = 64
	longDoubleExponent = 16384
)

// addDecimals returns a + b as Redis writes it, or replies what is wrong with a
// or with b.
func (c *client) addDecimals(a, b []byte, badA, badB string) (sum []byte, ok bool) {
	x, ok := parseDecimal(a)
	if !ok {
		c.errorText(badA)
		return nil, false
	}
	y, ok := parseDecimal(b)
	if !ok {
		c.errorText(badB)
		return nil, false
	}
	if x.IsInf() || y.IsInf() {
		c.errorText("ERR increment would produce NaN or Infinity")
		return nil, false
	}
	z := newDecimal().Add(x, y)
	if z.MantExp(nil) > longDoubleExponent {
		c.errorText("ERR increment would produce NaN or Infinity")
		return nil, false
	}
	sum = z.Append(nil, 'f', 17)
	sum = bytes.TrimRight(sum, "0")
	sum = bytes.TrimSuffix(sum, []byte("."))
	if string(sum) == "-0" {
		sum = sum[1:]
	}
	return sum, true
}

func newDecimal() *big.Float { return new(big.Float).SetPrec(longDoubleBits) }

// parseDecimal reads what strtold reads: a decimal or hexadecimal number, or an
// infinity. False is what it cannot read, or cannot represent.
func parseDecimal(b []byte) (*big.Float, bool) {
	digits := bytes.TrimLeft(b, "+-")
	if len(b) == 0 || len(b) > 255 || len(digits) < len(b)-1 || bytes.ContainsRune(b, '_') {
		return nil, false
	}
	if isWord(digits, "inf", "infinity") {
		return newDecimal().SetInf(b[0] == '-'), true
	}
	base := 10
	if len(digits) > 1 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		base = 0
	} else if bytes.ContainsAny(digits, "pP") {
		return nil, false
	}
	f, _, err := newDecimal().Parse(string(b), base)
	if err != nil || f.IsInf() || f.MantExp(nil) > longDoubleExponent || f.MantExp(nil) < -longDoubleExponent {
		return nil, false
	}
	return f, true
}
