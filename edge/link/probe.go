package link

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
)

// probe finds out whether the bus still delivers. A PING proves a connection;
// only a message that comes back proves a subscription. At the cadence of PING,
// and only while nothing else arrives, the link publishes to an inbox that it is
// subscribed to.
type probe struct {
	message []byte       // no other is like it
	heard   atomic.Int64 // messages that came in, but for probes
	back    atomic.Int64 // probes that came back

	// For keepAlive alone.
	lastHeard int64
	sent      int64
}

var errDeaf = errors.New("the bus no longer delivers what is published to us")

// newProbe makes a message that a caller, should one get to see it, takes for
// progress of a call that is over.
func newProbe() *probe {
	return &probe{message: fmt.Appendf(nil, `{"status":"success","payload":null,"request_id":"probe.%s","final":false}`, rand.Text())}
}

// took reports whether a message is a probe that came back.
func (p *probe) took(msg []byte) bool {
	if !bytes.Equal(msg, p.message) {
		p.heard.Add(1)
		return false
	}
	p.back.Add(1)
	return true
}

// begin forgets what the session before has sent.
func (p *probe) begin() { p.sent, p.lastHeard = p.back.Load(), p.heard.Load() }

// beat is called once an interval. It returns errDeaf when neither the probe of
// the beat before nor anything else has arrived since.
func (p *probe) beat(pub *pipe, inbox string) error {
	if inbox == "" {
		return nil // nobody listens, so nobody can be deaf
	}
	heard := p.heard.Load()
	silent := heard == p.lastHeard
	p.lastHeard = heard
	if !silent {
		p.sent = p.back.Load()
		return nil
	}
	if p.back.Load() < p.sent {
		return errDeaf
	}
	p.sent = p.back.Load() + 1
	return pub.publish(nil, inbox, p.message)
}

// inbox is a channel that is ours alone and subscribed, "" when there is none.
func (l *Link) inbox() string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for name, f := range l.channels {
		if strings.HasPrefix(name, "caller:") && !f.leaving {
			return name
		}
	}
	return ""
}
