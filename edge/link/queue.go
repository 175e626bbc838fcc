package link

import "github.com/daebus/daebus-go/daebus"

// queue is a first-in first-out queue in a ring that grows.
type queue struct {
	ring  []daebus.Receipt
	first int
	n     int
}

func (q *queue) push(w daebus.Receipt) {
	if q.n == len(q.ring) {
		larger := make([]daebus.Receipt, max(16, 2*q.n))
		for i := range q.n {
			larger[i] = q.ring[(q.first+i)%len(q.ring)]
		}
		q.ring, q.first = larger, 0
	}
	q.ring[(q.first+q.n)%len(q.ring)] = w
	q.n++
}

func (q *queue) pop() (w daebus.Receipt, ok bool) {
	if q.n == 0 {
		return nil, false
	}
	w = q.ring[q.first]
	q.ring[q.first] = nil
	q.first = (q.first + 1) % len(q.ring)
	q.n--
	return w, true
}
