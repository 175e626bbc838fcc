package pool

// list is a queue of nodes. A node is on one list at a time, and all nodes are
// made with the pool, so that moving a task allocates nothing.
type list struct {
	head, tail *node
	len        int
}

type node struct {
	task func()
	lane *Lane // nil: the pool's own
	next *node
}

func (l *list) push(n *node) {
	if l.tail == nil {
		l.head = n
	} else {
		l.tail.next = n
	}
	l.tail = n
	l.len++
}

// pop returns the oldest node. The list must not be empty.
func (l *list) pop() *node {
	n := l.head
	l.head, n.next = n.next, nil
	if l.head == nil {
		l.tail = nil
	}
	l.len--
	return n
}
