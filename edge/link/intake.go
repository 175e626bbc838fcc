package link

import (
	"net"
	"time"

	"github.com/daebus/daebus-go/edge/internal/rawio"
)

// intake reads from a connection that may not be silent for longer than most.
// It is asked only when all that came before is dealt with: what that was
// answered with goes out then, in one write. Only of several messages are there
// several who may yet append to that: to yield wakes another thread. And only where
// several came is it likely that the next are near.
type intake struct {
	net.Conn
	most    time.Duration
	answers []*pipe // on which what comes is answered
	replies int     // by the latest read
	brought int     // messages among them
}

func (in *intake) Read(b []byte) (int, error) {
	open := in.brought
	for _, p := range in.answers {
		open -= p.sent()
	}
	for _, p := range in.answers {
		p.release(open > 1)
	}
	rawio.Look(in.Conn, in.replies > 1)
	in.brought, in.replies = 0, 0
	if err := in.SetReadDeadline(time.Now().Add(in.most)); err != nil {
		return 0, err
	}
	n, err := in.Conn.Read(b)
	for _, p := range in.answers {
		p.hold()
	}
	return n, err
}
