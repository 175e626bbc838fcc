package collection

import (
	"iter"
	"slices"
	"sort"
)

// order is a sequence of ids that is asked and changed by place: a B+ tree
// whose nodes count what is below them. Every step takes time in the logarithm
// of its length. It knows nothing of why an id stands where it stands.
type order struct{ root orderNode }

// orderNode is a leaf, which has ids, or it has nodes below it.
type orderNode struct {
	n     int // ids here and below
	ids   []uint32
	below []*orderNode
}

// orderWidth is how much one node holds.
const orderWidth = 64

func (o *order) len() int { return o.root.n }

// at returns the id at a place.
func (o *order) at(place int) int {
	leaf, i := o.root.leaf(place)
	return int(leaf.ids[i])
}

// set replaces the id at a place.
func (o *order) set(place, id int) {
	leaf, i := o.root.leaf(place)
	leaf.ids[i] = uint32(id)
}

// insert puts id before what is at place now.
func (o *order) insert(place, id int) {
	if right := o.root.insert(place, uint32(id)); right != nil {
		left := o.root
		o.root = orderNode{n: left.n + right.n, below: []*orderNode{&left, right}}
	}
}

// remove takes the id at place out.
func (o *order) remove(place int) {
	o.root.remove(place)
	if len(o.root.below) == 1 {
		o.root = *o.root.below[0]
	}
}

// search returns the first place whose id is past a border. Those that are
// must stand behind those that are not.
func (o *order) search(past func(id int) bool) int {
	place := 0
	n := &o.root
	for n.below != nil {
		// The last node needs no asking: what is not before it is in it or behind it.
		i := sort.Search(len(n.below)-1, func(i int) bool { return past(int(n.below[i].last())) })
		for _, b := range n.below[:i] {
			place += b.n
		}
		n = n.below[i]
	}
	return place + sort.Search(len(n.ids), func(i int) bool { return past(int(n.ids[i])) })
}

// walk goes through the ids from place on, or back from it.
func (o *order) walk(place int, back bool) iter.Seq[int] {
	return func(yield func(int) bool) {
		for place >= 0 && place < o.root.n {
			leaf, i := o.root.leaf(place)
			ids := leaf.ids[i:]
			if back {
				ids = leaf.ids[:i+1]
				place -= 2 * len(ids)
			}
			place += len(ids)
			for j := range ids {
				if back {
					j = len(ids) - 1 - j
				}
				if !yield(int(ids[j])) {
					return
				}
			}
		}
	}
}

func (o *order) clone() order { return order{o.root.clone()} }

// leaf returns the leaf of a place, and where in it the place is.
func (n *orderNode) leaf(place int) (*orderNode, int) {
	for n.below != nil {
		i := 0
		for place >= n.below[i].n {
			place -= n.below[i].n
			i++
		}
		n = n.below[i]
	}
	return n, place
}

func (n *orderNode) last() uint32 {
	for n.below != nil {
		n = n.below[len(n.below)-1]
	}
	return n.ids[len(n.ids)-1]
}

// insert returns the right half of the node if it had to split.
func (n *orderNode) insert(place int, id uint32) *orderNode {
	n.n++
	if n.below == nil {
		n.ids = insert(n.ids, place, id)
		return n.split()
	}
	i := 0
	for place > n.below[i].n {
		place -= n.below[i].n
		i++
	}
	if right := n.below[i].insert(place, id); right != nil {
		n.below = insert(n.below, i+1, right)
	}
	return n.split()
}

// split leaves the left half of a node that is too wide, and returns the right one.
func (n *orderNode) split() *orderNode {
	if n.width() <= orderWidth {
		return nil
	}
	right := new(orderNode)
	n.ids, right.ids = halves(n.ids)
	n.below, right.below = halves(n.below)
	right.count()
	n.n -= right.n
	return right
}

func (n *orderNode) count() {
	n.n = len(n.ids)
	for _, b := range n.below {
		n.n += b.n
	}
}

// insert puts v before what is at s[i].
func insert[T any](s []T, i int, v T) []T {
	s = append(s, v)
	copy(s[i+1:], s[i:])
	s[i] = v
	return s
}

// halves copies both halves of s, so that neither keeps room it does not need.
func halves[T any](s []T) (left, right []T) {
	half := len(s) / 2
	return slices.Clone(s[:half]), slices.Clone(s[half:])
}

func (n *orderNode) remove(place int) {
	n.n--
	if n.below == nil {
		n.ids = slices.Delete(n.ids, place, place+1)
		return
	}
	i := 0
	for place >= n.below[i].n {
		place -= n.below[i].n
		i++
	}
	n.below[i].remove(place)
	n.join(i)
	n.join(i - 1)
}

// join makes one node of neighbours i and i+1, if one of them is empty or
// both have become small.
func (n *orderNode) join(i int) {
	if i < 0 || i+1 >= len(n.below) {
		return
	}
	left, right := n.below[i], n.below[i+1]
	if left.n > 0 && right.n > 0 && left.width()+right.width() > orderWidth/2 {
		return
	}
	left.ids = append(left.ids, right.ids...)
	left.below = append(left.below, right.below...)
	left.n += right.n
	n.below = slices.Delete(n.below, i+1, i+2)
}

func (n *orderNode) width() int { return len(n.ids) + len(n.below) }

func (n *orderNode) clone() orderNode {
	c := orderNode{n: n.n, ids: slices.Clone(n.ids)}
	for _, b := range n.below {
		below := b.clone()
		c.below = append(c.below, &below)
	}
	return c
}
