package broker

import (
	"strconv"
	"strings"
	"testing"
)

// Whatever comes, the sum is a plain number that can be added to again, or there
// is an error.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "1.5", "-3", "1e4900", "1e99999999", "-1e-99999999", "0x1p-5", "inf", "nan", "1_0", "3.0e3", "", "+", " 1"} {
		f.Add(s, "1")
	}
	b := New(Config{})
	f.Fuzz(func(t *testing.T, x, y string) {
		c := &client{b: b, proto: 2}
		sum, ok := c.addDecimals([]byte(x), []byte(y), "ERR x")
		if !ok {
			if !strings.HasPrefix(string(c.replies), "-ERR ") {
				t.Errorf("%q + %q: neither a sum nor an error: %q", x, y, c.replies)
			}
			return
		}
		if strings.Trim(string(sum), "-.0123456789") != "" {
			t.Errorf("%q + %q = %q", x, y, sum)
		}
		if _, ok := c.addDecimals(sum, []byte("0"), "ERR x"); !ok && len(sum) < 256 {
			t.Errorf("%q + %q = %q, to which nothing can be added", x, y, sum)
		}
	})
}

// Where a float64 holds the sum of two short numbers exactly, it is the same.
func TestDecimalSums(t *testing.T) {
	c := &client{b: New(Config{})}
	for x := -300; x < 300; x += 7 {
		for y := -5; y < 5; y++ {
			a, b := strconv.FormatFloat(float64(x)/4, 'f', -1, 64), strconv.FormatFloat(float64(y)/8, 'g', -1, 64)
			want := strconv.FormatFloat(float64(x)/4+float64(y)/8, 'f', -1, 64)
			if sum, ok := c.addDecimals([]byte(a), []byte(b), ""); !ok || string(sum) != want {
				t.Errorf("%s + %s = %s, want %s", a, b, sum, want)
			}
		}
	}
}
