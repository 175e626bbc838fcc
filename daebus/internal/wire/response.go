package wire

// Status says what kind of reply a response is.
type Status uint8

// The statuses on the wire. The zero Status is one that is absent or unknown.
const (
	Success  Status = iota + 1 // the handler's value, or progress where the response is not final
	Error                      // the payload says what went wrong
	Progress                   // accepted from others, never sent
)

// String returns the status as it is written on the wire.
func (s Status) String() string {
	switch s {
	case Success:
		return "success"
	case Error:
		return "error"
	case Progress:
		return "progress"
	}
	return "unknown"
}

func statusOf(text []byte) Status {
	switch string(text) {
	case "success":
		return Success
	case "error":
		return Error
	case "progress":
		return Progress
	}
	return 0
}

// Response is one scanned reply. Its slices borrow as those of a [Request] do. The zero value is ready.
type Response struct {
	Status  Status
	Final   bool   // no other reply follows; true unless the message says false
	ID      []byte // decoded request_id; nil when absent or not a string
	Payload []byte // raw JSON; null when absent

	members members
}

// ScanResponse reads msg into r. After an error the fields are set as [ScanRequest] sets them.
func ScanResponse(msg []byte, r *Response) error {
	m := &r.members
	r.Status, r.Final, r.ID, r.Payload = 0, true, nil, null
	m.open(msg)
	for m.next() {
		switch string(m.name) {
		case "status":
			r.Status = statusOf(m.text())
		case "final":
			r.Final = m.raw[0] != 'f'
		case "request_id":
			r.ID = m.text()
		case "payload":
			r.Payload = m.raw
		}
	}
	return m.failure()
}
