package link

import (
	"net"
	"runtime"
	"time"
)

// intake reads from a connection that may not be silent for longer than most.
// It is asked only when all that came before is dealt with: what that was
// answered with goes out then, in one write.
type intake struct {
	net.Conn
	most    time.Duration
	answers *pipe // nil: no messages come
	held    bool
}

func (in *intake) Read(b []byte) (int, error) {
	if in.held {
		runtime.Gosched() // who got an answer asks again
		in.answers.release()
	}
	if err := in.SetReadDeadline(time.Now().Add(in.most)); err != nil {
		return 0, err
	}
	n, err := in.Conn.Read(b)
	in.held = in.answers != nil && in.answers.hold()
	return n, err
}
