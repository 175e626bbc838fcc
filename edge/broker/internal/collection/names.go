package collection

import (
	"hash/maphash"
	"slices"
)

// names is a set of strings. Each has an id, and the ids are always 0 to
// len()-1: what belongs to a name stands under its id in a slice beside it, any
// of them is picked at random in one step, and a scan is a walk down the ids: a
// name that gets the id of a removed one moves down, and new ones are put last.
//
// Names are found through a table of hashes with linear probing; a few are
// found without.
type names struct {
	list  []string // by id
	slots []slot   // a power of two, or none
	seed  maphash.Seed
	text  int // bytes of all names
}

// slot is one place of the table.
type slot struct {
	hash uint32
	id   uint32 // plus one; 0 = free
}

// fewNames are found by looking at each.
const fewNames = 8

// nameCost is what a name takes beyond its bytes, about: the string, its place
// in the table, and what the allocator rounds up.
const nameCost = 40

func (n *names) len() int { return len(n.list) }

func (n *names) bytes() int { return n.text + len(n.list)*nameCost }

// find returns the id of a name, or -1.
func (n *names) find(name string) int {
	if n.slots == nil {
		return slices.Index(n.list, name)
	}
	hash := n.hash(name)
	for i := n.home(hash); n.slots[i].id != 0; i = n.next(i) {
		if s := n.slots[i]; s.hash == hash && n.list[s.id-1] == name {
			return int(s.id - 1)
		}
	}
	return -1
}

func (n *names) has(name string) bool { return n.find(name) >= 0 }

// add takes a name that is not there. Its id is the last one.
func (n *names) add(name string) {
	if count := len(n.list) + 1; count > fewNames && count*4 > len(n.slots)*3 {
		n.rehash(max(2*len(n.slots), 2*fewNames))
	}
	n.list = append(n.list, name)
	n.text += len(name)
	if n.slots != nil {
		n.occupy(slot{n.hash(name), uint32(len(n.list))})
	}
}

// remove takes a name out, and gives its id to the last one.
func (n *names) remove(id int) {
	last := len(n.list) - 1
	if n.slots != nil {
		n.vacate(n.slotOf(id))
		if id != last {
			n.slots[n.slotOf(last)].id = uint32(id + 1)
		}
	}
	n.text -= len(n.list[id])
	n.list = dropSwap(n.list, id)
	n.shrink()
}

// cut takes a name out, and moves those behind it up: their order stays. It
// looks at every name.
func (n *names) cut(id int) {
	if n.slots != nil {
		n.vacate(n.slotOf(id))
		for i := range n.slots {
			if n.slots[i].id > uint32(id+1) {
				n.slots[i].id--
			}
		}
	}
	n.text -= len(n.list[id])
	n.list = slices.Delete(n.list, id, id+1)
	n.shrink()
}

func (n *names) hash(name string) uint32 { return uint32(maphash.String(n.seed, name)) }

func (n *names) home(hash uint32) int { return int(hash) & (len(n.slots) - 1) }

func (n *names) next(i int) int { return (i + 1) & (len(n.slots) - 1) }

// slotOf returns the place of a name that is in the table.
func (n *names) slotOf(id int) int {
	i := n.home(n.hash(n.list[id]))
	for n.slots[i].id != uint32(id+1) {
		i = n.next(i)
	}
	return i
}

func (n *names) occupy(s slot) {
	i := n.home(s.hash)
	for n.slots[i].id != 0 {
		i = n.next(i)
	}
	n.slots[i] = s
}

// vacate frees a place, and closes the gap that probing would stop at.
func (n *names) vacate(free int) {
	mask := len(n.slots) - 1
	for i := n.next(free); n.slots[i].id != 0; i = n.next(i) {
		if home := n.home(n.slots[i].hash); (i-home)&mask >= (i-free)&mask {
			n.slots[free] = n.slots[i]
			free = i
		}
	}
	n.slots[free] = slot{}
}

// rehash moves the names to a table of another size. The names themselves are
// looked at only when there was none.
func (n *names) rehash(size int) {
	old := n.slots
	n.slots = make([]slot, size)
	if old == nil {
		n.seed = maphash.MakeSeed()
		for id, name := range n.list {
			n.occupy(slot{n.hash(name), uint32(id + 1)})
		}
		return
	}
	for _, s := range old {
		if s.id != 0 {
			n.occupy(s)
		}
	}
}

// shrink gives memory back when most names have gone.
func (n *names) shrink() {
	switch {
	case n.slots == nil || len(n.list)*8 > len(n.slots):
	case len(n.list) <= fewNames:
		n.slots = nil
	default:
		n.rehash(len(n.slots) / 4)
	}
}

// dropSwap removes s[i] by putting the last one in its place, and gives memory
// back when s has become much shorter than it was.
func dropSwap[T any](s []T, i int) []T {
	last := len(s) - 1
	s[i] = s[last]
	clear(s[last:])
	s = s[:last]
	if cap(s) > 16 && len(s) < cap(s)/4 {
		return append(make([]T, 0, cap(s)/2), s...)
	}
	return s
}
