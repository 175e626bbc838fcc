package broker

// dueHeap is a binary heap of the entries that expire, the next one first.
// Each entry knows its place, so that it can leave from the middle.
type dueHeap []*entry

func (h *dueHeap) push(e *entry) {
	e.index = len(*h)
	*h = append(*h, e)
	h.fix(e.index)
}

func (h *dueHeap) remove(i int) {
	last := len(*h) - 1
	h.swap(i, last)
	(*h)[last] = nil
	*h = (*h)[:last]
	if i < last {
		h.fix(i)
	}
}

// fix moves entry i to its place after its expiry changed.
func (h *dueHeap) fix(i int) {
	h.up(i)
	h.down(i)
}

func (h *dueHeap) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if (*h)[parent].expires <= (*h)[i].expires {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h *dueHeap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(*h) {
			return
		}
		if child+1 < len(*h) && (*h)[child+1].expires < (*h)[child].expires {
			child++
		}
		if (*h)[i].expires <= (*h)[child].expires {
			return
		}
		h.swap(i, child)
		i = child
	}
}

func (h *dueHeap) swap(i, j int) {
	s := *h
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}
