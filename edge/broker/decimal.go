package broker

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// longDouble is the type of x86 that Redis calculates INCRBYFLOAT and
// HINCRBYFLOAT with, whose 64 bits of mantissa decide which digits it replies.
// Its value is mant × 2^exp.
type longDouble struct {
	mant *big.Int // nil: an infinity
	exp  int
}

// The precision, and the largest exponent, of that type.
const (
	longDoubleBits     = 64
	longDoubleExponent = 16384
)

// addDecimals returns a + b as Redis writes it, or replies what is wrong with a
// or with b.
func (c *client) addDecimals(a, b []byte, badA string) (sum []byte, ok bool) {
	x, okA := parseDecimal(string(a))
	y, okB := parseDecimal(string(b))
	if okA && okB && x.mant != nil && y.mant != nil {
		if x = x.plus(y); x.size() <= longDoubleExponent {
			return x.decimal(), true
		}
	}
	switch {
	case !okA:
		c.errorText(badA)
	case !okB:
		c.errorText(errNotFloat)
	default:
		c.errorText("ERR increment would produce NaN or Infinity")
	}
	return nil, false
}

// parseDecimal reads what strtold reads: a decimal or hexadecimal number, or an
// infinity. False is what it cannot read, or cannot represent.
func parseDecimal(text string) (d longDouble, ok bool) {
	digits := strings.ToLower(strings.TrimLeft(text, "+-"))
	if text == "" || len(text) > 255 || len(digits) < len(text)-1 {
		return d, false
	}
	if digits == "inf" || digits == "infinity" {
		return d, true
	}
	base, mark := 10, "e"
	if rest, isHex := strings.CutPrefix(digits, "0x"); isHex {
		base, mark, digits = 16, "p", rest
	}
	digits, exponent, scaled := strings.Cut(digits, mark)
	power := 0
	if scaled {
		var err error
		if power, err = strconv.Atoi(exponent); err != nil {
			return d, false
		}
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	num, ok := new(big.Int).SetString(whole+fraction, base)
	if !ok || strings.ContainsAny(digits, "+-") {
		return d, false
	}
	if text[0] == '-' {
		num.Neg(num)
	}
	const most = 2 * longDoubleExponent // of any power that matters
	if num.Sign() == 0 {
		power = 0
	} else if power < -most || power > most {
		return d, false
	}
	if base == 16 {
		d = nearest(num, big.NewInt(1), power-4*len(fraction))
	} else if power -= len(fraction); power >= 0 {
		d = nearest(num.Mul(num, tenTo(power)), big.NewInt(1), 0)
	} else {
		d = nearest(num, tenTo(-power), 0)
	}
	return d, max(d.size(), -d.size()) <= longDoubleExponent
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// nearest is num / den × 2^exp.
func nearest(num, den *big.Int, exp int) longDouble {
	if num.Sign() == 0 {
		return longDouble{num, 0}
	}
	// A quotient of 64 bits, or one more.
	shift := longDoubleBits - num.BitLen() + den.BitLen()
	num, den = shifted(num, shift), shifted(den, -shift)
	if num.CmpAbs(shifted(den, longDoubleBits)) >= 0 {
		shift--
		den = shifted(den, 1)
	}
	return longDouble{quotient(num, den), exp - shift}
}

// shifted is n × 2^bits, or n when there is nothing to multiply with.
func shifted(n *big.Int, bits int) *big.Int { return new(big.Int).Lsh(n, uint(max(bits, 0))) }

// quotient is num / den, rounded to the nearest, and to an even one of two.
func quotient(num, den *big.Int) *big.Int {
	q, rest := new(big.Int).QuoRem(num, den, new(big.Int))
	if beyond := shifted(rest, 1).CmpAbs(den); beyond > 0 || beyond == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(int64(num.Sign())))
	}
	return q
}

// size is the exponent of a mantissa that is less than 1.
func (d longDouble) size() int { return d.mant.BitLen() + d.exp }

func (d longDouble) plus(o longDouble) longDouble {
	exp := min(d.exp, o.exp)
	sum := shifted(d.mant, d.exp-exp)
	return nearest(sum.Add(sum, shifted(o.mant, o.exp-exp)), big.NewInt(1), exp)
}

// decimal writes d with as many as 17 digits behind the point.
func (d longDouble) decimal() []byte {
	const places = 17
	n := quotient(shifted(new(big.Int).Mul(d.mant, tenTo(places)), d.exp), shifted(big.NewInt(1), -d.exp))
	digits := fmt.Sprintf("%0*d", 1+places, new(big.Int).Abs(n))
	point := len(digits) - places
	text := strings.TrimRight(digits[:point]+"."+digits[point:], "0")
	text = strings.TrimSuffix(text, ".")
	if n.Sign() < 0 {
		text = "-" + text
	}
	return []byte(text)
}
