package link

import (
	"net"
	"time"
)

// intake reads from a connection that may not be silent for longer than most.
// It is asked only when all that came before is dealt with: what that was
// answered with goes out then, in one write. Only of several messages are there
// several who may yet append to that: to yield wakes another thread.
type intake struct {
	net.Conn
	most    time.Duration
	answers []*pipe // on which what comes is answered
	brought int     // messages by the latest read
}

func (in *intake) Read(b []byte) (int, error) {
	open := in.brought
	for _, p := range in.answers {
		open -= p.sent()
	}
	for _, p := range in.answers {
		p.release(open > 1)
	}
	in.brought = 0
	if err := in.SetReadDeadline(time.Now().Add(in.most)); err != nil {
		return 0, err
	}
	n, err := in.Conn.Read(b)
	for _, p := range in.answers {
		p.hold()
	}
	return n, err
}
