package settings

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

type whole struct {
	p        *int
	min, max int
}

// Whole is a whole number from least to most, not set when zero.
func Whole(p *int, least, most int) Kind { return whole{p, least, most} }

func (w whole) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < w.min || n > w.max {
		return fmt.Errorf("want a whole number from %d to %d, e.g. 8", w.min, w.max)
	}
	*w.p = n
	return nil
}

func (w whole) String() string {
	if *w.p == 0 {
		return ""
	}
	return strconv.Itoa(*w.p)
}

func (w whole) literal() string { return strconv.Itoa(*w.p) }

type span struct {
	p        *time.Duration
	min, max time.Duration
}

// Span is a duration from least to most, not set when zero. As text it carries
// its unit.
func Span(p *time.Duration, least, most time.Duration) Kind { return span{p, least, most} }

func (d span) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil || v < d.min || v > d.max {
		return fmt.Errorf("want a duration with its unit from %s to %s, e.g. 10s", formatSpan(d.min), formatSpan(d.max))
	}
	*d.p = v
	return nil
}

func (d span) String() string {
	if *d.p == 0 {
		return ""
	}
	return formatSpan(*d.p)
}

func (d span) literal() string { return quote(d.String()) }

// formatSpan is Duration.String without its zero minutes and seconds.
func formatSpan(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

type size struct {
	p        *int64
	min, max int64
}

// Size is a number of bytes from least to most, not set when zero. As text it is
// plain, or a whole number of B, KiB, MiB or GiB.
func Size(p *int64, least, most int64) Kind { return size{p, least, most} }

func (b size) Set(s string) error {
	n, ok := parseSize(s)
	if !ok || n < b.min || n > b.max {
		return fmt.Errorf("want a size from %s to %s, e.g. 1MiB", formatSize(b.min), formatSize(b.max))
	}
	*b.p = n
	return nil
}

func (b size) String() string {
	if *b.p == 0 {
		return ""
	}
	return formatSize(*b.p)
}

func (b size) literal() string { return quote(b.String()) }

// parseSize reads a whole number of bytes, or of the unit behind it.
func parseSize(s string) (int64, bool) {
	unit := int64(1)
	for _, u := range []struct {
		suffix string
		bytes  int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}} {
		if number, ok := strings.CutSuffix(s, u.suffix); ok {
			s, unit = strings.TrimRight(number, " "), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n * unit, err == nil && n >= 0 && n <= math.MaxInt64/unit
}

// formatSize writes n in the largest unit that divides it.
func formatSize(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB"}
	for n != 0 && n%1024 == 0 && len(units) > 1 {
		n, units = n/1024, units[1:]
	}
	return strconv.FormatInt(n, 10) + units[0]
}
