package seglog

import (
	"fmt"
	"slices"
)

// segment is one file of the log.
type segment struct {
	id     uint64
	first  uint64 // number of its first record; 0 = unknown
	size   int64  // what of it counts; open: as far as there are records
	synced int64  // how much of that is known to be durable
}

// open is the size of a segment that no other follows.
const open = -1

// inventory is what the headers say.
type inventory struct {
	salt     uint64 // 0 = no header can be read
	base     uint64
	next     uint64 // number of the next record, if none is found
	lastID   uint64
	segments []segment // by id
	stale    []uint64  // ids of files that no longer count
}

// survey finds the segments and reads their headers.
func survey(dir Dir) (v inventory, err error) {
	names, err := dir.List()
	if err != nil {
		return v, err
	}
	slices.Sort(names) // and so by id
	var headers []header
	for _, name := range names {
		id, ok := parseName(name)
		if !ok {
			continue
		}
		f, err := dir.Open(name)
		if err != nil {
			return v, err
		}
		h, whole := readHeader(f)
		other := whole == [2]bool{} && isOther(f)
		f.Close()
		if other {
			return v, fmt.Errorf("%s is of another version", name)
		}
		s := segment{id: id, size: open}
		if whole != [2]bool{} && h.id == id {
			headers = append(headers, h)
			s.first = h.first
		}
		v.segments = append(v.segments, s)
		v.lastID = max(v.lastID, id)
	}
	for _, h := range headers {
		v.heed(h)
	}
	return v, nil
}

// heed applies what a header says of the segments before it.
func (v *inventory) heed(h header) {
	v.salt = h.salt
	v.base = max(v.base, h.base)
	v.next = max(v.next, h.first)
	kept := v.segments[:0]
	for _, s := range v.segments {
		if h.prevID < s.id && s.id < h.id { // given up
			v.stale = append(v.stale, s.id)
			continue
		}
		if s.id == h.prevID {
			s.size = int64(h.prevSize)
		}
		kept = append(kept, s)
	}
	v.segments = kept
}

// split divides segments into those before base, which is where another one
// begins at the latest, and the rest.
func split(segments []segment, base uint64) (before, rest []segment) {
	for i := len(segments) - 1; i > 0; i-- {
		if first := segments[i].first; first != 0 && first <= base {
			return segments[:i], segments[i:]
		}
	}
	return nil, segments
}
