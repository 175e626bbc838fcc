package broker

import "slices"

// manySubscribers is from how many subscribers of a message on its queues share it
// at once: a copy takes each of them a chunk.
const manySubscribers = 256

// frame is bytes for subscribers, in parts that are on loan. A queue copies
// them, or keeps the whole, which many may share and which never changes.
type frame struct {
	head, body, tail []byte
	own              bool   // nobody else is to have it, so that sharing saves nothing
	many             bool   // so many are to have it that copies would take too much
	whole            *whole // nil until someone keeps it
}

func (f *frame) size() int { return len(f.head) + len(f.body) + len(f.tail) }

func (f *frame) keep() *whole {
	if f.whole == nil {
		b := append(make([]byte, 0, f.size()), f.head...)
		b = append(b, f.body...)
		f.whole = &whole{bytes: append(b, f.tail...)}
	}
	return f.whole
}

// backlog is what waits for a subscriber, in order. Its pieces lie in its own
// chunks, or are shared; one with room behind it, which is of the last chunk, is
// still being filled.
type backlog struct {
	pieces [][]byte
	chunks []*chunk
	shared []*whole
	free   []byte // of the last chunk, when the last piece is a shared one
	size   int
}

// add copies a frame while little waits, and else shares it: then the queues of
// many who do not read cost no more than that of one.
func (q *backlog) add(f *frame, l *lodging) {
	size := f.size()
	if f.own || !f.many && q.size+size <= len(chunk{}) {
		q.copy(f.head, l)
		q.copy(f.body, l)
		q.copy(f.tail, l)
	} else {
		q.share(f.keep(), l)
	}
	q.size += size
}

func (q *backlog) copy(b []byte, l *lodging) {
	for len(b) > 0 {
		last := len(q.pieces) - 1
		if last < 0 || len(q.pieces[last]) == cap(q.pieces[last]) {
			q.open(l)
			last++
		}
		p := q.pieces[last]
		n := copy(p[len(p):cap(p)], b)
		q.pieces[last] = p[:len(p)+n]
		b = b[n:]
	}
}

// open begins a piece in what is left of the last chunk, or in a new one.
func (q *backlog) open(l *lodging) {
	if len(q.free) == 0 {
		ch := l.open()
		q.chunks = append(q.chunks, ch)
		q.free = ch[:]
	}
	q.pieces = append(q.pieces, q.free[:0])
	q.free = nil
}

func (q *backlog) share(w *whole, l *lodging) {
	l.admit(w)
	q.shared = append(q.shared, w)
	if last := len(q.pieces) - 1; last >= 0 {
		if p := q.pieces[last]; len(p) < cap(p) {
			q.pieces[last], q.free = slices.Clip(p), p[len(p):cap(p)]
		}
	}
	q.pieces = append(q.pieces, slices.Clip(w.bytes))
}

// lodged is the memory that this takes, with its part of what is shared.
func (q *backlog) lodged() int {
	n := len(q.chunks) * len(chunk{})
	for _, w := range q.shared {
		n += len(w.bytes) / int(w.queues.Load())
	}
	return n
}

// clear forgets what was written, and gives its memory back.
func (q *backlog) clear(l *lodging) {
	for _, ch := range q.chunks {
		l.close(ch)
	}
	for _, w := range q.shared {
		l.dismiss(w)
	}
	clear(q.pieces)
	clear(q.chunks)
	clear(q.shared)
	q.pieces, q.chunks, q.shared, q.free, q.size = q.pieces[:0], q.chunks[:0], q.shared[:0], nil, 0
	if cap(q.pieces) > keepFrames {
		q.pieces, q.shared = nil, nil
	}
}
