package wire

// A Walk goes over the members of one JSON object:
//
//	w.Open(object)
//	for w.Next() {
//		… w.Name(), w.Span() …
//	}
//	return w.Err()
//
// Members whose values are no JSON are left out. The zero value is ready.
type Walk struct{ members members }

// Open starts a walk over object, which is borrowed until the walk is over.
func (w *Walk) Open(object []byte) { w.members.open(object) }

// Next moves to the next member, and reports whether there is one.
func (w *Walk) Next() bool { return w.members.next() }

// Name is the member's name, decoded: valid until the next call of Next.
func (w *Walk) Name() []byte { return w.members.name }

// Span says where in the object the member's value stands.
func (w *Walk) Span() (from, to int) { return w.members.pos - len(w.members.raw), w.members.pos }

// Err says, after the walk, why the text is no JSON object; nil when it is one.
func (w *Walk) Err() error { return w.members.failure() }
