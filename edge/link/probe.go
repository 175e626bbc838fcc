package link

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// probe finds out whether the bus still delivers. A PING proves a connection;
// only a message that comes back proves a subscription. At the cadence of PING,
// and only while nothing else arrives, the link publishes to an inbox that it is
// subscribed to.
type probe struct {
	message []byte       // no other is like it
	heard   atomic.Int64 // messages that came in, but for probes
	back    atomic.Int64 // probes that came back
	taken   atomic.Bool  // the bus has answered the latest probe

	// For keepAlive alone.
	lastHeard, lastBack int64
	out                 bool      // a probe is on its way
	sure                bool      // the bus had answered it by the latest beat
	age                 int       // beats since it was sent
	beaten              time.Time // when the latest beat was
	proved              time.Time // the latest beat after which something came in
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

// Receipt implements receipt for a probe that was sent.
func (p *probe) Receipt(_ int, err error) {
	if err == nil {
		p.taken.Store(true)
	}
}

// begin forgets the session before.
func (p *probe) begin() {
	p.lastHeard, p.lastBack = p.heard.Load(), p.back.Load()
	p.out, p.age = false, 2
	p.beaten = time.Now()
	p.proved = p.beaten
}

// beat is called twice an interval. When nothing has come in since the beat
// before, it sends a probe, once an interval at most; it returns errDeaf when
// that is not back within an interval and nothing else has come in. A bus that
// has not even answered the probe is slow, not deaf: its pulse decides.
func (p *probe) beat(pub *pipe, inbox string) error {
	if inbox == "" {
		return nil // nobody listens, so nobody can be deaf
	}
	heard, back := p.heard.Load(), p.back.Load()
	silent := heard == p.lastHeard
	if !silent || back != p.lastBack {
		p.out, p.proved = false, p.beaten
	}
	p.lastHeard, p.lastBack, p.beaten = heard, back, time.Now()
	p.age++
	switch {
	case p.out && p.sure && p.age >= 2:
		return errDeaf
	case !p.out && silent && p.age >= 2:
		p.taken.Store(false)
		p.out, p.age = pub.publish(asked{told: p}, inbox, p.message) == nil, 0
	}
	p.sure = p.taken.Load()
	return nil
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
