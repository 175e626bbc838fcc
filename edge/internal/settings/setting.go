package settings

import "strings"

// prefix begins the name of every variable that is a setting.
const prefix = "DAEBUS_"

// A Setting is one value of a program as it is seen from outside.
type Setting struct {
	Key     string // in TOML; the other spellings follow from it
	Kind           // reads and writes the value
	Default string // as text; "" when it is empty or computed after Complete
	Help    string // one line for --help
}

// Shown is the value as others may see it, "" when it is not set.
func (s Setting) Shown() string { return s.mask(s.String()) }

// env is the setting's variable.
func (s Setting) env() string { return prefix + strings.ToUpper(s.Key) }

// flag is the setting's flag without dashes, "" for a secret: other users can
// read a command line.
func (s Setting) flag() string {
	switch k := s.Kind.(type) {
	case secret:
		return ""
	case own:
		return k.name
	}
	return strings.ReplaceAll(s.Key, "_", "-")
}

// mask is text as others may see it.
func (s Setting) mask(text string) string {
	if m, ok := s.Kind.(interface{ mask(string) string }); ok {
		return m.mask(text)
	}
	return text
}
