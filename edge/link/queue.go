package link

// queue is a first-in first-out queue in a ring that grows.
type queue struct {
	ring  []chan answer
	first int
	n     int
}

func (q *queue) push(w chan answer) {
	if q.n == len(q.ring) {
		larger := make([]chan answer, max(16, 2*q.n))
		for i := range q.n {
			larger[i] = q.ring[(q.first+i)%len(q.ring)]
		}
		q.ring, q.first = larger, 0
	}
	q.ring[(q.first+q.n)%len(q.ring)] = w
	q.n++
}

func (q *queue) pop() (w chan answer, ok bool) {
	if q.n == 0 {
		return nil, false
	}
	w = q.ring[q.first]
	q.ring[q.first] = nil
	q.first = (q.first + 1) % len(q.ring)
	q.n--
	return w, true
}
