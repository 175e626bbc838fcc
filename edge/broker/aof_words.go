package broker

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"github.com/daebus/daebus-go/edge/broker/internal/stream"
)

// record is a record of the log in the making: commands, each of which is a zero,
// its database in a byte, and its words, each behind its length plus one in a
// varint. A nil record takes what it is given, and keeps none of it.
type record struct {
	buf   []byte
	clock *store
}

// spot is a key in its database; the key is on loan.
type spot struct {
	db  int
	key []byte
}

// open begins a command.
func (r *record) open(db int) *record {
	r.buf = append(r.buf, 0, byte(db))
	return r
}

// begin begins a command on a key. Its name may be two words.
func (r *record) begin(s spot, name string) *record {
	return r.open(s.db).words(name).word(s.key)
}

//go:noinline
func (r *record) word(words ...[]byte) *record {
	if r != nil {
		for _, w := range words {
			r.size(len(w))
			r.buf = append(r.buf, w...)
		}
	}
	return r
}

//go:noinline
func (r *record) text(word string) *record {
	if r != nil {
		r.size(len(word))
		r.buf = append(r.buf, word...)
	}
	return r
}

//go:noinline
func (r *record) size(n int) { r.buf = binary.AppendUvarint(r.buf, uint64(n)+1) }

// words appends words with blanks between them.
func (r *record) words(all string) *record {
	for more := true; more; {
		var word string
		word, all, more = strings.Cut(all, " ")
		r.text(word)
	}
	return r
}

//go:noinline
func (r *record) int(n int64) *record {
	if r != nil {
		var digits [20]byte
		r.word(strconv.AppendInt(digits[:0], n, 10))
	}
	return r
}

//go:noinline
func (r *record) id(id stream.ID) *record {
	if r != nil {
		var digits [41]byte
		r.word(id.Append(digits[:0]))
	}
	return r
}

// moment appends a moment of store.now, by the wall clock.
func (r *record) moment(at int64) *record {
	if r != nil {
		r.int(at + r.clock.wall())
	}
	return r
}

var errRecord = errors.New("malformed record; if another version wrote it, move the directory away to start without it")

// cutCommand reads the first command of a record, whose words it appends. They
// are part of the record.
func cutCommand(b []byte, words [][]byte) (db int, _ [][]byte, rest []byte, err error) {
	if len(b) < 3 || b[0] != 0 || b[1] >= databases || b[2] == 0 {
		return 0, nil, nil, errRecord
	}
	db = int(b[1])
	for b = b[2:]; len(b) > 0 && b[0] != 0; {
		n, at := binary.Uvarint(b)
		if at <= 0 || n == 0 || n-1 > uint64(len(b)-at) {
			return 0, nil, nil, errRecord
		}
		b = b[at:]
		n--
		words = append(words, b[:n:n])
		b = b[n:]
	}
	return db, words, b, nil
}
