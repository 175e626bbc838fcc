package broker

// match reports whether s matches the glob pattern, as Redis' stringmatchlen
// does: * any run, ? one byte, [a-z] and [^a-z] a set, \ takes the next byte
// as it is. Where a pattern is malformed it does what Redis 7.0 does, and like
// there the empty string matches nothing but the empty pattern.
//
// A * is retried from its last place only, so the time is bounded by
// len(pattern) times len(s).
func match(pattern string, s []byte) bool {
	if len(s) == 0 {
		return pattern == ""
	}
	p, i := 0, 0
	star, from := -1, 0 // where to go on when the run behind the last * was too short
	for {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			star, from = p, i
			continue
		case p == len(pattern) && i == len(s):
			return true
		case p < len(pattern) && i < len(s):
			if next, ok := matchOne(pattern, p, s[i]); ok {
				p = next
				i++
				continue
			}
		}
		if star < 0 || from >= len(s) {
			return false
		}
		from++
		p, i = star, from
	}
}

// matchOne matches c with the element at pattern[p], which is not a *, and
// returns where the next element is.
func matchOne(pattern string, p int, c byte) (next int, ok bool) {
	switch pattern[p] {
	case '?':
		return p + 1, true
	case '[':
		return matchSet(pattern, p+1, c)
	case '\\':
		if p+1 < len(pattern) {
			p++
		}
	}
	return p + 1, pattern[p] == c
}

// matchSet matches c with the set whose first byte is pattern[p]. A set that
// is not closed ends with the pattern.
func matchSet(pattern string, p int, c byte) (next int, ok bool) {
	not := p < len(pattern) && pattern[p] == '^'
	if not {
		p++
	}
	for ; p < len(pattern) && pattern[p] != ']'; p++ {
		switch {
		case pattern[p] == '\\' && p+1 < len(pattern):
			p++
			ok = ok || pattern[p] == c
		case p+2 < len(pattern) && pattern[p+1] == '-':
			lo, hi := pattern[p], pattern[p+2]
			ok = ok || min(lo, hi) <= c && c <= max(lo, hi)
			p += 2
		default:
			ok = ok || pattern[p] == c
		}
	}
	return min(p+1, len(pattern)), ok != not
}
