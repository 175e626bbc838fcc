package cbor

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

var (
	selfDescribed = []byte{0xd9, 0xd9, 0xf7} // tag 55799, RFC 8949, section 3.4.6
	emptyMap      = []byte{majorMap << 5}
	null          = []byte{simpleNull}
)

var errNotMap = errors.New("want a CBOR map")

// members walks over the members of the map that a message is.
type members struct {
	reader
	left count
	seen uint // a bit for each key of the envelope that came

	from int    // where the member begins
	key  []byte // nil when it is no text
	item []byte // the value
}

func (m *members) open(msg []byte) {
	m.reader = reader{data: msg}
	if bytes.HasPrefix(msg, selfDescribed) {
		m.pos = len(selfDescribed)
	}
	h, ok := m.head()
	if ok && h.major != majorMap {
		m.fail(errNotMap)
	}
	m.left = newCount(h)
}

// next moves to the next member. It returns false behind the last one, and
// where the message is broken.
func (m *members) next() bool {
	if m.err != nil {
		return false
	}
	if !m.left.more(&m.reader) {
		if m.err == nil && m.pos < len(m.data) {
			m.fail(fmt.Errorf("%d bytes behind the map", len(m.data)-m.pos))
		}
		return false
	}
	m.from = m.pos
	if !m.skip(maxDepth - 1) {
		return false
	}
	m.key = text(m.data[m.from:m.pos])
	value := m.pos
	if !m.skip(maxDepth - 1) {
		return false
	}
	m.item = m.data[value:m.pos:m.pos]
	return true
}

// once notes that key number n came and reports whether it is the first time.
func (m *members) once(n int) bool {
	if m.seen&(1<<n) != 0 {
		return m.fail(fmt.Errorf("the key %q twice", m.key))
	}
	m.seen |= 1 << n
	return true
}

// ScanRequest reads msg into r as wire.ScanRequest does.
func (codec) ScanRequest(msg []byte, r *wire.Request) error {
	r.Action, r.ReplyTo, r.Service, r.ID, r.Payload, r.Outer, r.Timeout = nil, nil, nil, nil, nil, nil, 0
	var m members
	rest := 0 // members that are not the envelope's
	for m.open(msg); m.next(); {
		n := requestKey(m.key)
		if n < 0 {
			rest++
			continue
		}
		if !m.once(n) {
			break
		}
		switch n {
		case keyAction:
			r.Action = text(m.item)
		case keyReplyTo:
			r.ReplyTo = text(m.item)
		case keyService:
			r.Service = text(m.item)
		case keyID:
			r.ID = identifier(m.item)
		case keyPayload:
			r.Payload = m.item
		case keyTimeout:
			r.Timeout = milliseconds(m.item)
		}
	}
	if m.err == nil && r.Payload == nil {
		r.Payload = merged(msg, rest)
	}
	return m.err
}

const (
	keyAction = iota
	keyReplyTo
	keyService
	keyID
	keyPayload
	keyTimeout
)

func requestKey(key []byte) int {
	switch string(key) {
	case "action":
		return keyAction
	case "reply_to":
		return keyReplyTo
	case "service":
		return keyService
	case "request_id":
		return keyID
	case "payload":
		return keyPayload
	case "timeout_ms":
		return keyTimeout
	}
	return -1
}

// merged is the map without the envelope's members: the payload of a request
// that has none. n is how many members that leaves.
func merged(msg []byte, n int) []byte {
	if n == 0 {
		return emptyMap
	}
	payload := appendHead(make([]byte, 0, len(msg)), majorMap, uint64(n))
	var m members
	for m.open(msg); m.next(); {
		if requestKey(m.key) < 0 {
			payload = append(payload, m.data[m.from:m.pos]...)
		}
	}
	return payload
}

// ScanResponse reads msg into r as wire.ScanResponse does.
func (codec) ScanResponse(msg []byte, r *wire.Response) error {
	r.Status, r.Final, r.ID, r.Payload = 0, true, nil, null
	var m members
	for m.open(msg); m.next(); {
		switch string(m.key) {
		case "status":
			if m.once(0) {
				r.Status = statusOf(text(m.item))
			}
		case "final":
			if m.once(1) {
				r.Final = m.item[0] != simpleFalse
			}
		case "request_id":
			if m.once(2) {
				r.ID = text(m.item)
			}
		case "payload":
			if m.once(3) {
				r.Payload = m.item
			}
		}
	}
	return m.err
}

func statusOf(text []byte) wire.Status {
	for _, s := range []wire.Status{wire.Success, wire.Error, wire.Progress} {
		if string(text) == s.String() {
			return s
		}
	}
	return 0
}

// identifier is an item to be echoed as it came, nil for null and undefined.
func identifier(item []byte) []byte {
	if item[0] == simpleNull || item[0] == undefined {
		return nil
	}
	return item
}

// milliseconds is a positive number, a fraction rounded up, 0 for anything else.
func milliseconds(item []byte) int64 {
	r := reader{data: item}
	h, _ := r.head()
	if h.major == majorUint {
		return int64(min(h.arg, uint64(wire.MaxTimeout)))
	}
	var f float64
	if h.major != majorSimple || cbor.Unmarshal(item, &f) != nil || !(f > 0) {
		return 0
	}
	if f >= float64(wire.MaxTimeout) {
		return wire.MaxTimeout
	}
	return int64(math.Ceil(f))
}
