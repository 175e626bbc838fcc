package stream

import (
	"cmp"
	"math"
	"strconv"
)

// ID is the place of an entry in its stream: a time in milliseconds, and a
// number among the entries of that millisecond.
type ID struct{ MS, Seq uint64 }

// Max is the greatest ID; the zero ID is the least.
var Max = ID{math.MaxUint64, math.MaxUint64}

// IsZero reports whether id is 0-0, which no entry has.
func (id ID) IsZero() bool { return id == ID{} }

// Compare is negative when id is before other, and positive when it is after.
func (id ID) Compare(other ID) int {
	if c := cmp.Compare(id.MS, other.MS); c != 0 {
		return c
	}
	return cmp.Compare(id.Seq, other.Seq)
}

// Less reports whether id is before other.
func (id ID) Less(other ID) bool {
	return id.MS < other.MS || id.MS == other.MS && id.Seq < other.Seq
}

// Next is the ID right after id; ok is false after the greatest.
func (id ID) Next() (next ID, ok bool) {
	switch {
	case id.Seq < math.MaxUint64:
		return ID{id.MS, id.Seq + 1}, true
	case id.MS < math.MaxUint64:
		return ID{id.MS + 1, 0}, true
	}
	return ID{}, false
}

// Prev is the ID right before id; ok is false before the least.
func (id ID) Prev() (prev ID, ok bool) {
	switch {
	case id.Seq > 0:
		return ID{id.MS, id.Seq - 1}, true
	case id.MS > 0:
		return ID{id.MS - 1, math.MaxUint64}, true
	}
	return Max, false
}

// Append appends id as it is written: 1700000000000-0.
func (id ID) Append(dst []byte) []byte {
	dst = strconv.AppendUint(dst, id.MS, 10)
	dst = append(dst, '-')
	return strconv.AppendUint(dst, id.Seq, 10)
}

func (id ID) String() string { return string(id.Append(nil)) }
