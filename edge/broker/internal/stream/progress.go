package stream

// How far a group has read is counted in entries ever added to the stream, so
// that its lag is known without walking the stream. Entries deleted one by one
// make holes that are not counted: behind the last hole the count is known,
// before it often not. The rules are those of Redis 7.0.

// Advance notes that the entry with an ID, which is behind Last, was delivered.
func (g *Group) Advance(id ID) {
	s := g.stream
	switch {
	case g.Read != Unknown && !s.holesFrom(id):
		g.Read++
	case s.Added != 0:
		g.Read = s.addedUpTo(id)
	}
	g.Last = id
}

// Lag is how many entries the group has not read; ok is false when that cannot
// be told.
func (g *Group) Lag() (lag int64, ok bool) {
	s := g.stream
	if s.Added == 0 {
		return 0, true
	}
	read := g.Read
	if read == Unknown || s.holesFrom(g.Last) {
		read = s.addedUpTo(g.Last)
	}
	return s.Added - read, read != Unknown
}

// holesFrom reports whether there is a hole at id or behind it. One before the
// first entry is none.
func (s *Stream) holesFrom(id ID) bool {
	return s.length > 0 && !s.Deleted.IsZero() && !s.Deleted.Less(id) && !s.Deleted.Less(s.First())
}

// addedUpTo is how many entries up to id were ever added, or Unknown.
func (s *Stream) addedUpTo(id ID) int64 {
	if s.Added == 0 {
		return 0
	}
	behind := id.Compare(s.Last)
	switch {
	case s.length == 0 && behind <= 0, behind == 0:
		return s.Added
	case behind > 0:
		return Unknown
	}
	first := s.First()
	if s.Deleted.IsZero() || s.Deleted.Less(first) {
		switch c := id.Compare(first); {
		case c < 0:
			return s.Added - int64(s.length)
		case c == 0:
			return s.Added - int64(s.length) + 1
		}
	}
	return Unknown
}
