package state

import "slices"

// maxGone is how many names of a topic are remembered although they are no more.
const maxGone = 256

// tomb remembers a member that is no more.
type tomb struct {
	name string
	seq  uint64 // when it went
	lost uint64 // as of a node
}

// dig removes the tomb of that name, if there is one, and returns when the
// member ceased to be an object.
func (t *Topic) dig(o *object, name string) (lost uint64) {
	i := slices.IndexFunc(o.gone, func(g tomb) bool { return g.name == name })
	if i < 0 {
		return 0
	}
	lost = o.gone[i].lost
	o.gone = slices.Delete(o.gone, i, i+1)
	t.gone--
	return lost
}

// tombs counts what is remembered in the object and below.
func (o *object) tombs() int {
	n := len(o.gone)
	for i := range o.list {
		if m := o.list[i].members; m != nil {
			n += m.tombs()
		}
	}
	return n
}

// forget gives up the older half of what is remembered. Readers from before
// then get the whole value.
func (t *Topic) forget() {
	var seqs []uint64
	t.root.members.visit(func(o *object) {
		for _, g := range o.gone {
			seqs = append(seqs, g.seq)
		}
	})
	slices.Sort(seqs)
	cut := seqs[len(seqs)/2]
	t.root.members.visit(func(o *object) {
		n := len(o.gone)
		o.gone = slices.DeleteFunc(o.gone, func(g tomb) bool { return g.seq <= cut })
		t.gone -= n - len(o.gone)
	})
	t.floor = max(t.floor, cut)
}

// visit calls fn with the object and those below it.
func (o *object) visit(fn func(*object)) {
	fn(o)
	for i := range o.list {
		if m := o.list[i].members; m != nil {
			m.visit(fn)
		}
	}
}
