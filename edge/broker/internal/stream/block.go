package stream

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"
)

// Limits of a block: stream-node-max-entries and stream-node-max-bytes of Redis.
const (
	blockEntries = 100
	blockBytes   = 4096
)

// blockCost is what a block takes beyond its data, about.
const blockCost = 112

// block holds entries one behind the other. An entry that is deleted is only
// marked, and goes with its block.
//
// data begins with the field names of the first entry: their number, then each
// with its length. Of an entry there follow its flags, its ID, the length of
// its body, and the body: the values alone when the names are those, else the
// number of fields, and name and value in turn. All numbers are uvarints.
type block struct {
	first, last ID // of the entries ever here
	live, dead  int
	begin       int // of the first entry in data
	listpack    int // bytes Redis would need
	data        []byte
}

// Flags of an entry.
const (
	deleted   = 1 << iota
	sameNames // as the first entry of the block
)

// Entry is one entry of a stream. It is valid until the stream changes.
type Entry struct {
	ID    ID
	n     int
	names []byte // nil when each name stands before its value
	body  []byte
}

// Len is the number of fields.
func (e Entry) Len() int { return e.n }

// Fields yields names and values, which are the stream's own bytes, in the order in which
// they were added.
func (e Entry) Fields() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		names, body := e.names, e.body
		for range e.n {
			var name, value []byte
			if e.names != nil {
				name, names = cut(names)
			} else {
				name, body = cut(body)
			}
			value, body = cut(body)
			if !yield(name, value) {
				return
			}
		}
	}
}

// newBlock makes a block whose first entry is to have this ID and these fields:
// name, value, name, value.
func newBlock(id ID, fields [][]byte) *block {
	b := &block{first: id, listpack: headSize(fields)}
	b.data = binary.AppendUvarint(b.data, uint64(len(fields)/2))
	for i := 0; i < len(fields); i += 2 {
		b.data = pack(b.data, fields[i])
	}
	b.begin = len(b.data)
	return b
}

// fits reports whether Redis would add an entry with these fields to the block.
func (b *block) fits(fields [][]byte) bool {
	size := b.listpack
	for _, f := range fields {
		size += len(f)
	}
	return size < blockBytes && b.live+b.dead < blockEntries
}

func (b *block) append(id ID, fields [][]byte) {
	pairs := len(fields) / 2
	same := b.hasNames(fields)
	flags, from, step, body := byte(0), 0, 1, uvarintLen(pairs)
	if same {
		flags, from, step, body = sameNames, 1, 2, 0
	}
	for i := from; i < len(fields); i += step {
		body += uvarintLen(len(fields[i])) + len(fields[i])
	}
	d := append(b.data, flags)
	d = binary.AppendUvarint(d, id.MS-b.first.MS)
	d = binary.AppendUvarint(d, id.Seq)
	d = binary.AppendUvarint(d, uint64(body))
	if !same {
		d = binary.AppendUvarint(d, uint64(pairs))
	}
	for i := from; i < len(fields); i += step {
		d = pack(d, fields[i])
	}
	b.data = d
	b.listpack += entrySize(ID{id.MS - b.first.MS, id.Seq - b.first.Seq}, fields, same)
	b.last = id
	b.live++
}

// hasNames reports whether the names are those of the block's first entry.
func (b *block) hasNames(fields [][]byte) bool {
	n, names := uvarint(b.data[:b.begin])
	if n != len(fields)/2 {
		return false
	}
	for i := 0; i < len(fields); i += 2 {
		var name []byte
		if name, names = cut(names); !bytes.Equal(name, fields[i]) {
			return false
		}
	}
	return true
}

// at reads the entry at an offset, and tells where the next one is.
func (b *block) at(off int) (e Entry, dead bool, next int) {
	flags, rest := b.data[off], b.data[off+1:]
	ms, n := binary.Uvarint(rest)
	rest = rest[n:]
	seq, n := binary.Uvarint(rest)
	size, rest := uvarint(rest[n:])
	e.ID = ID{b.first.MS + ms, seq}
	e.body = rest[:size:size]
	if flags&sameNames != 0 {
		e.n, e.names = uvarint(b.data[:b.begin:b.begin])
	} else {
		e.n, e.body = uvarint(e.body)
	}
	return e, flags&deleted != 0, len(b.data) - len(rest) + size
}

// mark deletes the entry at an offset.
func (b *block) mark(off int) {
	b.data[off] |= deleted
	b.live--
	b.dead++
}

// offset finds the entry with an ID.
func (b *block) offset(id ID) (off int, ok bool) {
	for off = b.begin; off < len(b.data); {
		e, dead, next := b.at(off)
		if c := e.ID.Compare(id); c >= 0 {
			return off, c == 0 && !dead
		}
		off = next
	}
	return off, false
}

// offsets appends where the entries are.
func (b *block) offsets(dst []int) []int {
	for off := b.begin; off < len(b.data); {
		dst = append(dst, off)
		_, _, off = b.at(off)
	}
	return dst
}

// reserve makes room for as much data as the block before needed.
func (b *block) reserve(size int) {
	b.data = slices.Grow(b.data, max(min(size, blockBytes)-len(b.data), 0))
}

// shrink gives back room that is not needed, when it is worth it.
func (b *block) shrink() {
	if cap(b.data) > len(b.data)+len(b.data)/8 {
		b.data = append(make([]byte, 0, len(b.data)), b.data...)
	}
}

// bytes is the memory the block takes, about.
func (b *block) bytes() int { return cap(b.data) + blockCost }

func pack(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func cut(b []byte) (first, rest []byte) {
	n, rest := uvarint(b)
	return rest[:n:n], rest[n:]
}

func uvarint(b []byte) (n int, rest []byte) {
	u, size := binary.Uvarint(b)
	return int(u), b[size:]
}

func uvarintLen(n int) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}
