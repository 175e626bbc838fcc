package broker

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// formatScore writes a score as Redis does where it is not a reply of its own.
func formatScore(score float64) string { return string(resp.AppendFloat(nil, score)) }

// parseFloat reads what C's strtod reads of all of s: decimal and hexadecimal
// numbers and infinities. exact is false when the number is too large or too
// small for a float64.
func parseFloat(s string) (f float64, exact, ok bool) {
	if strings.Contains(s, "_") {
		return 0, false, false
	}
	lower := strings.ToLower(s)
	if strings.HasPrefix(strings.TrimLeft(lower, "+-"), "0x") && !strings.Contains(lower, "p") {
		s += "p0"
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return f, false, true
	case err != nil || math.IsNaN(f):
		return 0, false, false
	}
	mantissa, _, _ := strings.Cut(lower, "e")
	return f, f != 0 || !strings.ContainsAny(mantissa, "123456789"), true
}

// float reads a value that is a score or a weight; what is none is the problem.
func (o *options) float(problem string) float64 {
	f, exact, ok := parseFloat(string(o.value()))
	if !ok || !exact {
		o.fail(problem)
	}
	return f
}
