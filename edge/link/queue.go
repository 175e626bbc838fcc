package link

import "github.com/daebus/daebus-go/daebus"

// asked is a command whose answer is still to come.
type asked struct {
	told    receipt       // who wants the answer, or
	sender  daebus.Sender // who wants to hear when it says that a message reached nobody; nil: nobody
	message uint64        // which one
	number  bool          // the answer is a number, as only that to PUBLISH is
}

// receipt is who wants to hear what a command is answered.
type receipt interface {
	// Receipt is told the answer, when it is a number, or why there is none. It must
	// not block.
	Receipt(number int, err error)
}

// answer tells who wants to know it, and reports whether anybody does.
func (a asked) answer(number int, err error) bool {
	switch {
	case a.told != nil:
		a.told.Receipt(number, err)
	case a.sender == nil:
		return false
	case number == 0 || err != nil:
		a.sender.Bounced(a.message, err)
	}
	return true
}

// queue is a first-in first-out queue in a ring that grows.
type queue struct {
	ring  []asked
	first int
	n     int
}

func (q *queue) push(a asked) {
	if q.n == len(q.ring) {
		larger := make([]asked, max(16, 2*q.n))
		for i := range q.n {
			larger[i] = q.ring[(q.first+i)%len(q.ring)]
		}
		q.ring, q.first = larger, 0
	}
	q.ring[(q.first+q.n)%len(q.ring)] = a
	q.n++
}

func (q *queue) pop() (a asked, ok bool) {
	if q.n == 0 {
		return asked{}, false
	}
	a = q.ring[q.first]
	q.ring[q.first] = asked{}
	q.first = (q.first + 1) % len(q.ring)
	q.n--
	return a, true
}
