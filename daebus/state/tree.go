package state

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// maxDepth is how many objects within objects have their members told apart.
const maxDepth = 8

// node is the topic's value, or one within it.
type node struct {
	name     string
	from, to int     // where its text stands in that of the object around it
	seq      uint64  // when it changed last
	seen     uint64  // when it was last there
	lost     uint64  // when it ceased to be an object, the last time; 0: never
	members  *object // nil: not an object, or one that is nested too deep
}

// of returns the node's text, out of that of the object around it.
func (n *node) of(outer []byte) []byte { return outer[n.from:n.to] }

// object is the members of an object.
type object struct {
	list  []node
	index map[string]int // of list; made when members do not come in its order
	gone  []tomb
}

// update makes the tree that of value. A value whose members cannot be told
// apart for certain has no tree, and is sent whole.
func (t *Topic) update(value []byte) {
	before := t.root.members != nil
	if !t.assign(&t.root, t.value, value, 0) {
		t.root, t.gone = node{}, 0
	}
	if !before {
		t.floor = t.seq
	}
	if t.gone > maxGone {
		t.forget()
	}
}

// assign gives n, whose text was old, the text value, which differs. It reports
// false when the tree cannot be relied on any more.
func (t *Topic) assign(n *node, old, value []byte, depth int) bool {
	n.seq = t.seq
	isObject := len(value) > 0 && value[0] == '{'
	if isObject && depth < maxDepth {
		return t.enter(n, old, value, depth)
	}
	if isObject || string(value) == "null" {
		t.floor = t.seq // a patch does not bring that
	}
	if n.members != nil {
		t.gone -= n.members.tombs()
		n.members, n.lost = nil, t.seq
	}
	return true
}

// enter is assign for a value that is an object.
func (t *Topic) enter(n *node, old, value []byte, depth int) bool {
	if n.members == nil {
		n.members, old = new(object), nil
		t.floor = max(t.floor, n.lost) // who has an object from before would keep its members
	}
	o := n.members
	var w wire.Walk
	w.Open(value)
	for next := 0; w.Next(); next++ {
		if next = t.place(o, w.Name(), next); next < 0 {
			return false
		}
		m := &o.list[next]
		if m.seen == t.seq {
			return false // the same name twice
		}
		m.seen = t.seq
		was := m.of(old)
		m.from, m.to = w.Span()
		if is := m.of(value); !bytes.Equal(was, is) && !t.assign(m, was, is, depth+1) {
			return false
		}
	}
	t.bury(o)
	return w.Err() == nil
}

// place returns the index of the member of that name, which most often is the
// one that is next in the list. One that is new is added. It is -1 when several
// names may be written like that.
func (t *Topic) place(o *object, name []byte, next int) int {
	if next < len(o.list) && o.list[next].name == string(name) {
		return next
	}
	if o.index == nil {
		o.index = make(map[string]int, len(o.list))
		for i := range o.list {
			o.index[o.list[i].name] = i
		}
	}
	if i, ok := o.index[string(name)]; ok {
		return i
	}
	n := node{name: string(name)}
	if strings.ContainsRune(n.name, utf8.RuneError) {
		return -1
	}
	n.lost = t.dig(o, n.name)
	o.index[n.name] = len(o.list)
	o.list = append(o.list, n)
	return len(o.list) - 1
}

// bury removes the members that were not seen.
func (t *Topic) bury(o *object) {
	gone := func(n node) bool { return n.seen != t.seq }
	if !slices.ContainsFunc(o.list, gone) {
		return
	}
	for _, n := range o.list {
		if !gone(n) {
			continue
		}
		if n.members != nil {
			t.gone -= n.members.tombs()
			n.lost = t.seq
		}
		o.gone = append(o.gone, tomb{n.name, t.seq, n.lost})
		t.gone++
	}
	o.list = slices.DeleteFunc(o.list, gone)
	o.index = nil
}
