package edge

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
// the same Config.
func (s *Settings) Print(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, set := range s.table {
		text := set.String()
		from, given := s.origins[set.key]
		if _, own := set.kind.(foreign); own && !given && text == "" {
			continue // a flag that is a function has no value to set
		}
		where := cmp.Or(from.name, "default")
		if !given && set.mask(text) != text {
			// Not given as a setting: the next start finds it where this one did.
			b.WriteString("# ")
			where = cmp.Or(s.Config.BusPasswordFile, "credential "+set.key)
		}
		fmt.Fprintf(b, "%s = %s # %s\n", set.key, set.literal(), comment(where))
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
func (s *Settings) Usage(w io.Writer) {
	fmt.Fprintf(w, `Usage: %s [flags]

A setting --like-this is also the key like_this of the TOML file and the variable
DAEBUS_LIKE_THIS. Later wins: defaults, file, environment, flags.

`, s.service)
	for _, set := range s.table {
		help := set.help
		if set.def != "" {
			help += " (" + set.def + ")"
		}
		name := "--" + set.flag()
		if set.flag() == "" {
			name = set.env()
		}
		fmt.Fprintf(w, "  %-21s %s\n", name, help)
	}
	fmt.Fprintf(w, `
  --config FILE         TOML file to read; default /etc/daebus/%s.toml if it is there
  --print-config        print the settings with their origins
  --version             print the version
  --help                print this
`, s.service)
}
