package stream

import "bytes"

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
// number of fields, and name and value in turn. All numbers are varints.
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

// newBlock makes a block whose first entry is to have this ID and these fields:
// name, value, name, value. size is how much data it is likely to have.
func newBlock(id ID, fields [][]byte, size int) *block {
	b := &block{first: id, listpack: headSize(fields)}
	b.data = append(b.data, make([]byte, min(size, blockBytes))...)[:0]
	b.data = appendNumber(b.data, uint64(len(fields)/2))
	for i := 0; i < len(fields); i += 2 {
		b.data = appendText(b.data, fields[i])
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
	same := b.hasNames(fields)
	flags, from, step, size := byte(0), 0, 1, numberSize(len(fields)/2)
	if same {
		flags, from, step, size = sameNames, 1, 2, 0
	}
	for i := from; i < len(fields); i += step {
		size += textSize(fields[i])
	}
	d := appendNumber(append(b.data, flags), id.MS-b.first.MS)
	d = appendNumber(d, id.Seq)
	d = appendNumber(d, uint64(size))
	if !same {
		d = appendNumber(d, uint64(len(fields)/2))
	}
	for i := from; i < len(fields); i += step {
		d = appendText(d, fields[i])
	}
	b.data = d
	b.listpack += entrySize(ID{id.MS - b.first.MS, id.Seq - b.first.Seq}, fields, same)
	b.last = id
	b.live++
}

// hasNames reports whether the names are those of the block's first entry.
func (b *block) hasNames(fields [][]byte) bool {
	n, names := number(b.data)
	if n != uint64(len(fields)/2) {
		return false
	}
	for i := 0; i < len(fields); i += 2 {
		var name []byte
		if name, names = text(names); !bytes.Equal(name, fields[i]) {
			return false
		}
	}
	return true
}

// read reads the entry at an offset, and tells where the next one is.
func (b *block) read(off int, e *Entry) (dead bool, next int) {
	flags := b.data[off]
	ms, rest := number(b.data[off+1:])
	seq, rest := number(rest)
	e.ID = ID{b.first.MS + ms, seq}
	e.body, rest = text(rest)
	var n uint64
	if flags&sameNames != 0 {
		n, e.names = number(b.data)
	} else {
		n, e.body = number(e.body)
		e.names = nil
	}
	e.n = int(n)
	return flags&deleted != 0, len(b.data) - len(rest)
}

// offsets appends where the entries are.
func (b *block) offsets(dst []int) []int {
	var e Entry
	for off := b.begin; off < len(b.data); {
		dst = append(dst, off)
		_, off = b.read(off, &e)
	}
	return dst
}

// shrink gives back room that is not needed, when it is worth it.
func (b *block) shrink() {
	if cap(b.data) > len(b.data)+len(b.data)/8 {
		b.data = append(make([]byte, 0, len(b.data)), b.data...)
	}
}

// bytes is the memory the block takes, about.
func (b *block) bytes() int { return cap(b.data) + blockCost }
