package seglog

import (
	"crypto/rand"
	"fmt"
	"io"
)

// load replays what is in the directory.
func (l *Log) load(replay func(uint64, []byte) error) error {
	v, err := survey(l.dir)
	if err != nil {
		return err
	}
	for l.salt = v.salt; l.salt == 0; {
		var b [8]byte
		rand.Read(b[:])
		l.salt = order.Uint64(b[:])
	}
	l.seed = newSeed(l.salt)
	l.base, l.lastID = v.base, v.lastID
	before, rest := split(v.segments, v.base)
	for i, s := range rest {
		r := reader{Log: l, segment: s, newest: i == len(rest)-1, replay: replay}
		if err := r.open(); err != nil {
			return err
		}
		if r.size > 0 {
			l.segments = append(l.segments, r.segment)
		} else {
			before = append(before, s)
		}
	}
	for _, s := range before {
		v.stale = append(v.stale, s.id)
	}
	l.stale = v.stale
	l.last = max(l.last+1, v.next) - 1
	return nil
}

// reader replays one segment, and finds out how much of it counts.
type reader struct {
	*Log
	segment
	newest bool
	replay func(uint64, []byte) error
}

func (r *reader) open() error {
	f, err := r.dir.Open(fileName(r.id))
	if err != nil {
		return err
	}
	defer f.Close()
	length, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if r.size == open {
		r.size, err = r.read(f, length, r.newest)
		return err
	}
	if r.size > 0 {
		_, err = r.read(f, min(length, r.size), false)
		r.report(length, r.size-length, false)
	}
	return err
}

// read replays the records up to end, and returns where the last one ends.
// Where torn is possible, a hole in what was never durable ends the log: what
// follows it may not stand alone.
func (r *reader) read(f File, end int64, torn bool) (counts int64, err error) {
	counts = r.checkHeader(f, end, torn)
	sc := scanner{f: f, seed: r.seed, at: min(headerSize, end), end: end, last: r.last}
	for {
		n, ok := sc.next()
		if ok && n.torn && torn && !sc.settles(n) {
			ok = false
		}
		if !ok {
			r.report(counts, end-counts, torn)
			return counts, nil
		}
		r.report(counts, n.at-counts, false)
		counts = sc.at
		r.last = n.number
		if n.number < r.base {
			continue
		}
		if err := r.replay(n.number, n.payload); err != nil {
			return 0, fmt.Errorf("record %d in %s at offset %d: %w", n.number, fileName(r.id), n.at, err)
		}
	}
}

// checkHeader returns where the header ends, 0 when it cannot be read.
func (r *reader) checkHeader(f File, end int64, torn bool) int64 {
	_, whole := readHeader(f)
	if whole == [2]bool{} {
		return 0
	}
	for i, ok := range whole {
		if at := int64(i) * copySize; !ok {
			r.report(at, min(end-at, copySize), torn && end < headerSize)
		}
	}
	return min(headerSize, end)
}

func (r *reader) report(offset, bytes int64, torn bool) {
	if bytes > 0 && r.cfg.Damaged != nil {
		r.cfg.Damaged(Damage{File: fileName(r.id), Offset: offset, Bytes: bytes, Torn: torn})
	}
}
