package settings

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Kind reads one value from text and writes it as text.
type Kind interface {
	// Set parses and checks text. When it fails the value stays as it is, and the
	// error repeats nothing of text, which may hold a secret.
	Set(text string) error
	// String is what Set takes, "" for a value that is not set.
	String() string
	// literal is String as a TOML value, secrets masked.
	literal() string
}

type text struct {
	p     *string
	check func(string) error
}

// Text is a line of text, checked by check unless that is nil or the text empty.
func Text(p *string, check func(string) error) Kind { return text{p, check} }

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

type list struct {
	p     *[]string
	clean func(string) (string, error)
}

// List is comma-separated text; its parts become what clean makes of them.
func List(p *[]string, clean func(string) (string, error)) Kind { return list{p, clean} }

func (l list) Set(s string) error {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		part, err := l.clean(part)
		if err != nil {
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

type yes struct{ p *bool }

// Yes is true or false, not set when false.
func Yes(p *bool) Kind { return yes{p} }

func (y yes) Set(s string) error {
	if s != "true" && s != "false" {
		return errors.New("want true or false")
	}
	*y.p = s == "true"
	return nil
}

func (y yes) String() string {
	if !*y.p {
		return ""
	}
	return "true"
}

func (y yes) literal() string { return strconv.FormatBool(*y.p) }

type level struct{ p *slog.Level }

// Level is a log level. It is always set: the zero level is info.
func Level(p *slog.Level) Kind { return level{p} }

func (l level) Set(s string) error {
	if err := l.p.UnmarshalText([]byte(s)); err != nil {
		return errors.New("want debug, info, warn or error")
	}
	return nil
}

func (l level) String() string  { return strings.ToLower(l.p.String()) }
func (l level) literal() string { return quote(l.String()) }

// own is a flag the program has defined.
type own struct {
	name string
	flag.Value
}

func (o own) literal() string {
	if g, ok := o.Value.(flag.Getter); ok {
		switch v := g.Get().(type) {
		case bool, int, int64:
			return fmt.Sprint(v)
		}
	}
	return quote(o.String())
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
