package edge

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A kind reads one field of a Config from text and writes it as text.
type kind interface {
	// Set parses and checks text. When it fails the field keeps its value, and
	// the error repeats nothing of text, which may hold a secret.
	Set(text string) error
	// String is what Set takes, "" for a field that is not set.
	String() string
	// literal is String as a TOML value.
	literal() string
}

// text is a line of text, checked by check unless that is nil or the text empty.
type text struct {
	p     *string
	check func(string) error
}

func (t text) Set(s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return errors.New("want one line of UTF-8 text")
	}
	if t.check != nil && s != "" {
		if err := t.check(s); err != nil {
			return err
		}
	}
	*t.p = s
	return nil
}

func (t text) String() string  { return *t.p }
func (t text) literal() string { return quote(*t.p) }

// list is comma-separated text; its parts are lower case and checked by check.
type list struct {
	p     *[]string
	check func(string) error
}

func (l list) Set(s string) error {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		part = strings.ToLower(strings.TrimSpace(part))
		if part == "" {
			continue
		}
		if err := l.check(part); err != nil {
			return err
		}
		parts = append(parts, part)
	}
	*l.p = parts
	return nil
}

func (l list) String() string { return strings.Join(*l.p, ",") }

func (l list) literal() string {
	quoted := make([]string, len(*l.p))
	for i, part := range *l.p {
		quoted[i] = quote(part)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// whole is a whole number between two bounds, both included.
type whole struct {
	p        *int
	min, max int
}

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

// span is a duration between two bounds, both included.
type span struct {
	p        *time.Duration
	min, max time.Duration
}

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

// size is a number of bytes between two bounds, both included.
type size struct {
	p        *int64
	min, max int64
}

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

// level is a log level, and always set: the zero level is info.
type level struct{ p *slog.Level }

func (l level) Set(s string) error {
	if err := l.p.UnmarshalText([]byte(s)); err != nil {
		return errors.New("want debug, info, warn or error")
	}
	return nil
}

func (l level) String() string  { return strings.ToLower(l.p.String()) }
func (l level) literal() string { return quote(l.String()) }

// foreign is a flag of the program's own.
type foreign struct {
	name string
	flag.Value
}

func (f foreign) literal() string {
	if g, ok := f.Value.(flag.Getter); ok {
		switch v := g.Get().(type) {
		case bool, int, int64:
			return fmt.Sprint(v)
		}
	}
	return quote(f.String())
}

// quote writes s as a TOML basic string; what is not UTF-8 becomes U+FFFD.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
