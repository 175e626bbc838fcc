package settings

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Print writes every setting as TOML, with its origin as a comment and secrets
// masked. Unless a secret is masked, the same service loads the output back to
// the same settings.
func (l *Loaded) Print(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, set := range l.table {
		from, given := l.origins[set.Key]
		where := cmp.Or(from.name, "default")
		switch k := set.Kind.(type) {
		case own:
			if !given && set.String() == "" {
				continue // a flag that is a function has no value to set
			}
		case secret:
			if !given && set.String() != "" {
				// Not given as a setting: the next start finds it where this one did.
				b.WriteString("# ")
				where = cmp.Or(*k.file, "credential "+set.Key)
			}
		}
		fmt.Fprintf(b, "%s = %s # %s\n", set.Key, set.literal(), comment(where))
	}
	return b.Flush()
}

// comment is s as it may stand in a TOML comment.
func comment(s string) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return strconv.QuoteToASCII(s)
	}
	return s
}

// Usage writes what --help shows.
func (l *Loaded) Usage(w io.Writer) {
	fmt.Fprintf(w, `Usage: %s [flags]

A setting --like-this is also the key like_this of the TOML file and the variable
DAEBUS_LIKE_THIS. Later wins: defaults, file, environment, flags.

`, l.from.Service)
	for _, set := range l.table {
		help := set.Help
		if set.Default != "" {
			help += " (" + set.Default + ")"
		}
		name := "--" + set.flag()
		if set.flag() == "" {
			name = set.env()
		}
		fmt.Fprintf(w, "  %-21s %s\n", name, help)
	}
	fmt.Fprintf(w, `
  --config FILE         TOML file to read; default %s if it is there
  --print-config        print the settings with their origins
  --version             print the version
  --help                print this
`, l.from.File)
}
