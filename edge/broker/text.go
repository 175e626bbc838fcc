package broker

// text is the value of a string key.
type text struct{ b []byte }

func (*text) kind() string   { return "string" }
func (t *text) bytes() int   { return cap(t.b) }
func (t *text) empty() bool  { return false }
func (t *text) clone() value { return newText(t.b) }

func newText(b []byte) *text { return &text{append(make([]byte, 0, len(b)), b...)} }

// encoding is what Redis would keep the text as.
func (t *text) encoding() string {
	switch _, isInt := parseInt(t.b); {
	case isInt:
		return "int"
	case len(t.b) <= 44:
		return "embstr"
	}
	return "raw"
}

func (t *text) rewrite(key []byte, emit func(words ...[]byte)) { emit([]byte("SET"), key, t.b) }

// set gives the text new bytes, in place where they fit without waste.
func (t *text) set(b []byte) {
	if len(b) > cap(t.b) || cap(t.b) > 2*len(b)+64 {
		t.b = make([]byte, 0, len(b))
	}
	t.b = append(t.b[:0], b...)
}

// setText makes key a string, in place of any value it has.
func (c *client) setText(key, b []byte, keepExpiry bool) {
	e := c.look(key)
	if e == nil {
		e = c.create(key, newText(b))
	} else {
		if t, ok := e.value.(*text); ok {
			t.set(b)
		} else {
			e.value = newText(b)
		}
		if !keepExpiry {
			c.b.store.persist(e)
		}
	}
	c.changed(e)
}
