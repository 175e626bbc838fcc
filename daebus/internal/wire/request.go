package wire

import (
	"math"
	"strconv"
	"time"
)

// MaxTimeout is the greatest timeout in milliseconds that a time.Duration holds, some 292 years. A longer one is cut to it.
const MaxTimeout = math.MaxInt64 / int64(time.Millisecond)

// What stands for a value that did not come. Literals, so that no capacity is left for an append to write to.
var (
	emptyObject = []byte{'{', '}'}
	null        = []byte{'n', 'u', 'l', 'l'}
)

// Request is one scanned request. Its slices borrow from the message, or from scratch space inside the Request: they are
// valid until the message is reused or the Request is scanned into again, and must not be written to. The zero value is
// ready; a Request must not be copied between scans.
type Request struct {
	Action  []byte // decoded; nil when absent or not a string
	ReplyTo []byte // decoded; empty when absent or not a string
	Service []byte // decoded, the target's name; empty when absent or not a string
	ID      []byte // request_id, the raw JSON value, to be echoed as it came; nil when absent or null

	// Payload is raw JSON and never nil after a scan without a syntax error. A string whose content is JSON stands for
	// that content. When the request has no payload, it is the object without the envelope's own members.
	Payload []byte

	// Outer is the payload as it came when that was a JSON string, nil otherwise: for a handler that wants the string.
	Outer []byte

	Timeout int64 // timeout_ms: how long the caller still waits, in milliseconds; 0 when it did not say

	members members
}

// ScanRequest reads msg into r. After [ErrNaN] every field is set, after any other error those that came before it
// and, where one value alone is broken, those behind it, so that whoever sent the message can be told.
func ScanRequest(msg []byte, r *Request) error {
	m := &r.members
	r.Action, r.ReplyTo, r.Service, r.ID, r.Payload, r.Outer, r.Timeout = nil, nil, nil, nil, nil, nil, 0
	m.open(msg)
	for m.next() {
		switch string(m.name) {
		case "action":
			r.Action = m.text()
		case "reply_to":
			r.ReplyTo = m.text()
		case "service":
			r.Service = m.text()
		case "request_id":
			r.ID = m.id()
		case "payload":
			r.Payload, r.Outer = m.payload()
		case "timeout_ms":
			r.Timeout = milliseconds(m.raw)
		}
	}
	if m.want == "" && r.Payload == nil {
		r.Payload = m.rest()
	}
	return m.failure()
}

// payload returns the current value, or what a string stands for and the string.
func (m *members) payload() (payload, outer []byte) {
	if m.raw[0] != '"' {
		return m.raw, nil
	}
	if inner := m.text(); valid(inner) {
		return inner, m.raw
	}
	return m.raw, m.raw
}

// rest returns the object without the envelope's members.
func (m *members) rest() []byte {
	start := len(m.scratch)
	m.scratch = append(m.scratch, '{')
	for m.rewind(m.data); m.next(); {
		switch string(m.name) {
		case "action", "reply_to", "request_id", "service", "timeout_ms":
			continue
		}
		if len(m.scratch) > start+1 {
			m.scratch = append(m.scratch, ',')
		}
		m.scratch = append(m.scratch, m.member()...)
	}
	m.scratch = append(m.scratch, '}')
	return m.scratch[start:len(m.scratch):len(m.scratch)]
}

// milliseconds returns a positive number, a fraction rounded up, and 0 for everything else.
func milliseconds(raw []byte) int64 {
	if c := raw[0]; c < '0' || c > '9' {
		return 0
	}
	var n int64
	for _, c := range raw {
		if c < '0' || c > '9' {
			return roundUp(raw)
		}
		if n = n*10 + int64(c-'0'); n > MaxTimeout {
			return roundUp(raw)
		}
	}
	return n
}

// roundUp reads numbers with a fraction or an exponent, and those beyond MaxTimeout.
func roundUp(raw []byte) int64 {
	f, _ := strconv.ParseFloat(string(raw), 64) // beyond its range it is infinite
	if f >= float64(MaxTimeout) {
		return MaxTimeout
	}
	return int64(math.Ceil(f))
}
