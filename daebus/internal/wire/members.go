package wire

import "unicode/utf8"

// keepScratch bounds the scratch space kept from one message to the next, so that one huge message is not paid for ever.
const keepScratch = 64 << 10

// members walks over the members of the object that a message is:
//
//	m.open(msg)
//	for m.next() {
//		… m.name, m.raw …
//	}
//	return m.failure()
type members struct {
	scanner
	name []byte // decoded, until the next call of next
	raw  []byte // the value, as it stands in the message

	from int // offset of the member
	pos  int // offset after the member, or after the opening brace; -1 when the walk is over

	names   []byte // holds a name that had escapes
	scratch []byte // holds values that had escapes
}

// open starts a walk over a message. What was decoded from the message before is gone.
func (m *members) open(msg []byte) {
	if cap(m.scratch)+cap(m.names) > keepScratch {
		m.scratch, m.names = nil, nil
	}
	m.scratch = m.scratch[:0]
	m.rewind(msg)
}

// rewind starts a walk and keeps what was decoded.
func (m *members) rewind(msg []byte) {
	m.scanner = scanner{data: msg}
	m.pos = -1
	i := m.space(0)
	if i < len(msg) && msg[i] == '{' {
		m.name, m.pos = nil, i+1
		return
	}
	if m.whole(i) && m.nan == 0 {
		m.fail(i, anObject)
	}
}

// next moves to the next member. It returns false behind the last one, and where the text is not JSON. A member whose
// value alone is broken is passed over, since what follows may say whom to tell.
func (m *members) next() bool {
	for m.pos >= 0 {
		i := m.separator()
		m.pos = -1
		if i < 0 {
			return false
		}
		end, escaped := m.key(i)
		if end < 0 {
			return false
		}
		from := m.colon(end)
		if from < 0 {
			return false
		}
		m.from = i
		m.name = m.data[i+1 : end-1]
		if m.pos = m.value(from, MaxDepth-1); m.pos < 0 {
			m.pos = m.beyond(from)
			continue
		}
		if escaped {
			m.names = appendDecoded(m.names[:0], m.name)
			m.name = m.names
		}
		m.raw = m.data[from:m.pos:m.pos]
		return true
	}
	return false
}

// beyond returns the offset after a value that is not JSON, or is nested too deep, by counting brackets outside strings;
// -1 when they do not balance.
func (m *members) beyond(i int) int {
	open, quoted := 0, false
	for ; i < len(m.data); i++ {
		switch c := m.data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open++
		case open == 0 && (c == ',' || c == '}'):
			return i
		case c == '}' || c == ']':
			open--
		}
	}
	return -1
}

// separator returns the offset of the next member, -1 when there is none.
func (m *members) separator() int {
	i := m.space(m.pos)
	if i < len(m.data) && m.data[i] == '}' {
		m.end(i + 1)
		return -1
	}
	if m.name == nil {
		return i // the first member
	}
	if i >= len(m.data) || m.data[i] != ',' {
		return m.fail(i, "a comma or '}'")
	}
	return m.space(i + 1)
}

// member returns the current member as it stands in the message, name and value.
func (m *members) member() []byte {
	return m.data[m.from:m.pos]
}

// text returns the content of the current value, nil when it is not a string. It borrows from the message where it can,
// else from scratch.
func (m *members) text() []byte {
	if m.raw[0] != '"' {
		return nil
	}
	body := m.raw[1 : len(m.raw)-1 : len(m.raw)-1]
	if !m.escaped && utf8.Valid(body) {
		return body
	}
	n := len(m.scratch)
	m.scratch = appendDecoded(m.scratch, body)
	return m.scratch[n:len(m.scratch):len(m.scratch)]
}

// id returns the current value as an identifier to be echoed as it came, nil for null and for what is not JSON.
func (m *members) id() []byte {
	if m.raw[0] == 'n' || m.nan > 0 && !valid(m.raw) {
		return nil
	}
	return m.raw
}
