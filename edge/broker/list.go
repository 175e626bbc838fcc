package broker

// list is the value of a list key: a ring, so that both ends are cheap and any
// element is found at once.
type list struct {
	ring []string
	head int // where the first element is
	n    int
	text int // bytes of all elements
}

// elementCost is what an element takes beyond its bytes, about.
const elementCost = 24

// fewElements is the least a ring with something in it has room for. One with
// more than manyElements grows by a quarter only, so that a list does not go far
// beyond Config.MaxMemory by one element.
const (
	fewElements  = 4
	manyElements = 4096
)

func (l *list) Len() int   { return l.n }
func (l *list) bytes() int { return l.text + len(l.ring)*elementCost }

func (l *list) clone() value {
	c := *l
	c.resize(len(l.ring))
	return &c
}

func (l *list) visit(i int) (element, _ string) { return l.at(i), "" }

func (l *list) place(i int) *string {
	if i += l.head; i >= len(l.ring) {
		i -= len(l.ring)
	}
	return &l.ring[i]
}

func (l *list) at(i int) string { return *l.place(i) }

func (l *list) set(i int, s string) {
	p := l.place(i)
	l.text += len(s) - len(*p)
	*p = s
}

func (l *list) push(left bool, s string) {
	if l.n == len(l.ring) {
		l.resize(l.n + max(min(l.n, manyElements), l.n/4, fewElements))
	}
	i := l.n
	if left {
		if l.head--; l.head < 0 {
			l.head += len(l.ring)
		}
		i = 0
	}
	l.n++
	l.text += len(s)
	*l.place(i) = s
}

func (l *list) pop(left bool) string {
	i := l.n - 1
	if left {
		i = 0
	}
	p := l.place(i)
	s := *p
	*p = ""
	l.n--
	l.text -= len(s)
	if left {
		if l.head++; l.head == len(l.ring) {
			l.head = 0
		}
	}
	if l.n <= len(l.ring)/4 && len(l.ring) > fewElements {
		l.resize(len(l.ring) / 2)
	}
	return s
}

//go:noinline
func (l *list) resize(size int) {
	ring := make([]string, size)
	for i := range l.n {
		ring[i] = l.at(i)
	}
	l.ring, l.head = ring, 0
}

// insert puts s before element i.
func (l *list) insert(i int, s string) {
	l.push(false, s)
	for j := l.n - 1; j > i; j-- {
		*l.place(j) = l.at(j - 1)
	}
	*l.place(i) = s
}

// remove takes out up to limit elements that equal s, from the left or the
// right, and returns how many those were.
func (l *list) remove(s string, limit int, left bool) (removed int) {
	kept := new(list)
	for ; l.n > 0; l.pop(left) {
		e := l.at(0)
		if !left {
			e = l.at(l.n - 1)
		}
		if e == s && removed < limit {
			removed++
		} else {
			kept.push(!left, e)
		}
	}
	*l = *kept
	return removed
}

// trim keeps the elements from the first to before the last index.
func (l *list) trim(from, to int) {
	for range l.n - to {
		l.pop(false)
	}
	for range from {
		l.pop(true)
	}
}

// span turns the first and the last index of a range, which may count from the
// end, into one from the front and the one behind the last; from >= to is an
// empty range.
func span(first, last int64, size int) (from, to int) {
	n := int64(size)
	first, last = max(within(first, n), 0), min(within(last, n), n-1)
	if first > last {
		return 0, 0
	}
	return int(first), int(last) + 1
}
