package broker

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"*", "", false}, {"*", "a", true}, {"", "a", false},
		{"h?llo", "hello", true}, {"h?llo", "hllo", false},
		{"h*llo", "heeeello", true}, {"h*l*o", "hello", true}, {"h*l*x", "hello", false},
		{"h[ae]llo", "hallo", true}, {"h[^e]llo", "hello", false}, {"h[a-c]llo", "hbllo", true}, {"h[c-a]llo", "hbllo", true},
		{`h\*llo`, "h*llo", true}, {`h\*llo`, "hello", false}, {`a\`, `a\`, true},
		{"[a", "a", true}, {"[", "a", false}, {"[]", "a", false}, {"[^]", "a", true}, {`[\]]`, "]", true}, {"[a-]", "a", true},
		{"a**", "a", true}, {"**a", "ba", true}, {"*a", "aab", false},
	} {
		if got := match(c.pattern, []byte(c.s)); got != c.want {
			t.Errorf("match(%q, %q) = %v, want %v", c.pattern, c.s, got, c.want)
		}
		if slow := matchSlow(c.pattern, c.s); slow != c.want {
			t.Errorf("the twin says match(%q, %q) = %v, want %v", c.pattern, c.s, slow, c.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, p := range []string{"*", "h[a-c]*o?", `\*[^x]`, "[", "[a-", "**a*b"} {
		f.Add(p, "hello")
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 12 || len(s) > 24 {
			t.Skip("the twin takes exponential time")
		}
		if got, want := match(pattern, []byte(s)), matchSlow(pattern, s); got != want {
			t.Errorf("match(%q, %q) = %v, want %v", pattern, s, got, want)
		}
	})
}

// matchSlow follows stringmatchlen of Redis 7.0 step by step.
func matchSlow(p, s string) bool {
	for len(p) > 0 && len(s) > 0 {
		switch p[0] {
		case '*':
			for len(p) > 1 && p[1] == '*' {
				p = p[1:]
			}
			if len(p) == 1 {
				return true
			}
			for ; len(s) > 0; s = s[1:] {
				if matchSlow(p[1:], s) {
					return true
				}
			}
			return false
		case '?':
		case '[':
			p = p[1:]
			not := len(p) > 0 && p[0] == '^'
			if not {
				p = p[1:]
			}
			found := false
			for len(p) > 0 && p[0] != ']' {
				switch {
				case len(p) >= 2 && p[0] == '\\':
					p = p[1:]
					found = found || p[0] == s[0]
				case len(p) >= 3 && p[1] == '-':
					from, to := p[0], p[2]
					if from > to {
						from, to = to, from
					}
					found = found || s[0] >= from && s[0] <= to
					p = p[2:]
				default:
					found = found || p[0] == s[0]
				}
				p = p[1:]
			}
			if found == not {
				return false
			}
			if len(p) == 0 {
				p = "]" // not closed: it ends here
			}
		case '\\':
			if len(p) >= 2 {
				p = p[1:]
			}
			fallthrough
		default:
			if p[0] != s[0] {
				return false
			}
		}
		p, s = p[1:], s[1:]
		if len(s) == 0 {
			for len(p) > 0 && p[0] == '*' {
				p = p[1:]
			}
		}
	}
	return len(p) == 0 && len(s) == 0
}
