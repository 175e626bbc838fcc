package collection

import (
	"slices"
	"sort"
)

// order is a sequence of ids that is asked and changed by place. It lies in
// blocks of a few hundred: a step goes past the lengths of the blocks, of which
// half a million ids have a thousand or two, and then into one. It knows nothing
// of why an id stands where it stands.
type order struct {
	n      int
	blocks [][]uint32 // none is empty, unless it is the only one
}

// blockWidth is how much one block holds.
const blockWidth = 512

// find returns the block of a place, and where in it the place is.
func (o *order) find(place int) (b, i int) {
	for b < len(o.blocks)-1 && place >= len(o.blocks[b]) {
		place -= len(o.blocks[b])
		b++
	}
	return b, place
}

// at returns the id at a place.
func (o *order) at(place int) int {
	b, i := o.find(place)
	return int(o.blocks[b][i])
}

// set replaces the id at a place.
func (o *order) set(place, id int) {
	b, i := o.find(place)
	o.blocks[b][i] = uint32(id)
}

// insert puts id before what is at place now.
func (o *order) insert(place, id int) {
	if o.n++; o.blocks == nil {
		o.blocks = make([][]uint32, 1)
	}
	b, i := o.find(place)
	if len(o.blocks[b]) == blockWidth {
		o.split(b)
		b, i = o.find(place)
	}
	o.blocks[b] = insert(o.blocks[b], i, uint32(id))
}

// split moves the right half of a block to a new one.
func (o *order) split(b int) {
	left := o.blocks[b]
	right := append(make([]uint32, 0, blockWidth), left[blockWidth/2:]...)
	o.blocks[b] = left[:blockWidth/2]
	o.blocks = insert(o.blocks, b+1, right)
}

// remove takes the id at place out.
func (o *order) remove(place int) {
	o.n--
	b, i := o.find(place)
	o.blocks[b] = slices.Delete(o.blocks[b], i, i+1)
	o.join(b)
	o.join(b - 1)
}

// join makes one block of neighbours b and b+1, if one of them is empty or both
// have become small.
func (o *order) join(b int) {
	if b < 0 || b+1 >= len(o.blocks) {
		return
	}
	left, right := o.blocks[b], o.blocks[b+1]
	if len(left) == 0 || len(right) == 0 || len(left)+len(right) <= blockWidth/2 {
		o.blocks[b] = append(left, right...)
		o.blocks = slices.Delete(o.blocks, b+1, b+2)
	}
}

// search returns the first place whose id is past a border. Those that are
// must stand behind those that are not.
func (o *order) search(past func(id int) bool) int {
	if o.n == 0 {
		return 0
	}
	// The last block needs no asking: what is not before it is in it or behind it.
	b := sort.Search(len(o.blocks)-1, func(b int) bool { return past(int(o.blocks[b][len(o.blocks[b])-1])) })
	block := o.blocks[b]
	place := sort.Search(len(block), func(i int) bool { return past(int(block[i])) })
	for _, before := range o.blocks[:b] {
		place += len(before)
	}
	return place
}

// between returns the ids at places from first to end-1.
func (o *order) between(first, end int) []uint32 {
	ids := make([]uint32, 0, end-first)
	for b, i := o.find(first); len(ids) < end-first; b, i = b+1, 0 {
		block := o.blocks[b][i:]
		ids = append(ids, block[:min(len(block), end-first-len(ids))]...)
	}
	return ids
}

// insert puts v before what is at s[i].
func insert[T any](s []T, i int, v T) []T {
	s = append(s, v)
	copy(s[i+1:], s[i:])
	s[i] = v
	return s
}
