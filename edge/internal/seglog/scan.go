package seglog

import (
	"bytes"
	"io"
)

// window is how much of a segment is read at a time, and page how much is lost
// where the disk cannot be read.
const (
	window = 64 << 10
	page   = 4 << 10
)

// scanner reads the records of a segment one after another, and finds the next
// one behind what is damaged. It holds a window, or the record at hand if that
// is larger.
type scanner struct {
	f    io.ReaderAt
	seed seed
	end  int64  // what of the file counts
	at   int64  // where the next record is
	last uint64 // number of the last one, of this or an earlier segment

	buf  []byte
	from int64 // where buf is in the file
}

// found is a record and what is before it.
type found struct {
	record
	payload []byte // valid until the next record
	at      int64
	torn    bool // what is before it is damaged, and not by flipped bits alone
}

// next returns the next record; ok is false when there is no other.
func (s *scanner) next() (n found, ok bool) {
	for s.end-s.at >= recordSize {
		r, ok, flip := s.seed.parse(s.peek(s.at, recordSize))
		if !ok || r.size() > s.end-s.at || r.number <= s.last {
			n.torn = n.torn || !flip
			s.find(s.at + 1)
			continue
		}
		n.payload = s.peek(s.at, int(r.size()))[recordSize:]
		n.at = s.at
		s.at += r.size()
		diff := s.seed.sum(n.payload) ^ r.sum
		if diff == 0 {
			n.record = r
			s.last = r.number
			return n, true
		}
		n.torn = n.torn || !isFlip(diff, r.length)
	}
	return n, false
}

// settles reports whether the record, or one after the place of the scanner,
// proves that what is before was durable once.
func (s *scanner) settles(n found) bool {
	ahead := *s
	ahead.buf = nil
	ok := true
	for ok && !n.settled {
		n, ok = ahead.next()
	}
	return ok
}

// find goes to the next marker from a place on.
func (s *scanner) find(from int64) {
	for s.at = from; s.end-s.at >= recordSize; {
		b := s.peek(s.at, int(min(window, s.end-s.at)))
		if i := bytes.Index(b, marker); i >= 0 {
			s.at += int64(i)
			return
		}
		s.at += int64(len(b) - len(marker) + 1)
	}
}

// peek returns the n bytes at a place.
func (s *scanner) peek(at int64, n int) []byte {
	if at < s.from || at+int64(n) > s.from+int64(len(s.buf)) {
		size := int(min(max(int64(n), window), s.end-at))
		if cap(s.buf) < size {
			s.buf = make([]byte, size)
		}
		s.buf, s.from = s.buf[:size], at
		if k, _ := s.f.ReadAt(s.buf, at); k < size {
			s.salvage()
		}
	}
	return s.buf[at-s.from:][:n]
}

// salvage fills buf page by page, with zeros where the disk cannot be read: a
// bad page costs the records on it and no others.
func (s *scanner) salvage() {
	clear(s.buf)
	for i := 0; i < len(s.buf); i += page {
		b := s.buf[i:min(i+page, len(s.buf))]
		if k, _ := s.f.ReadAt(b, s.from+int64(i)); k < len(b) {
			clear(b[k:])
		}
	}
}
