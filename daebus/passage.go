package daebus

import (
	"encoding/json"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// How long a peer's request waits for its final reply.
const (
	callTimeout = 30 * time.Second // when it says nothing else
	maxTimeout  = 10 * time.Minute // whatever it says
)

// passage is one request on its way over the bridge and back.
type passage struct {
	crossing *Crossing
	id       []byte      // its request_id as the peer knows it; nil: it wants no reply
	asker    *asker      // nil when it is for the service itself
	stop     func() bool // the alarm; guarded by crossing.mu
}

// call asks another service, under an id of our own.
func (p *passage) call(service string, r *wire.Request) error {
	if len(r.Action) == 0 {
		p.over()
		return noAction
	}
	limit := callTimeout
	if r.Timeout > 0 {
		limit = min(time.Duration(r.Timeout)*time.Millisecond, maxTimeout)
	}
	p.asker = &asker{told: p.told}
	err := p.crossing.bridge.service.client.ask(p.asker, service, string(r.Action), r.Payload, limit)
	if err != nil {
		p.over()
		return err
	}
	p.expire(limit)
	return nil
}

// expire has the request given up after d, unless it is over.
func (p *passage) expire(d time.Duration) {
	x := p.crossing
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, waits := x.calls[p]; waits {
		p.stop = x.bridge.after(d, func() { p.giveUp(late(nil)) })
	}
}

// giveUp ends a call of another service. What the service itself does it learns
// from its context.
func (p *passage) giveUp(err error) {
	if p.asker != nil {
		p.asker.giveUp(err)
	}
}

// over gives back what the request took.
func (p *passage) over() {
	x := p.crossing
	x.mu.Lock()
	delete(x.calls, p)
	stop := p.stop
	x.mu.Unlock()
	if stop != nil {
		stop()
	}
}

// told hands a reply from the bus to the peer.
func (p *passage) told(r reply) {
	switch {
	case r.err != nil:
		p.failed(r.err)
	case r.codec != JSON:
		p.answered(nil, Errorf(Internal, "the reply is in %s; want JSON", r.codec.Name()))
	case !r.final:
		_ = p.reported(r.payload) // the peer has gone
	case r.failed:
		p.failed(foreignError(r.payload))
	default:
		p.answered(r.payload, nil)
	}
}

// failed is the end of a call of another service, which leaves it to its caller to
// log what no stranger reads.
func (p *passage) failed(err error) {
	p.crossing.bridge.service.logHidden("channel", p.asker.pending.service, err)
	p.answered(nil, err)
}

// foreignError is the error that another service's reply tells of. A service of the
// original gives no code, and means its text for whoever asked: when its handler
// fails it says nothing at all.
func foreignError(payload []byte) error {
	err := remoteError(JSON, payload)
	var body errorBody
	if json.Unmarshal(payload, &body) == nil && body.Code == "" && body.Error != "" {
		err.inside = false
	}
	return err
}

// answered implements inquirer.
func (p *passage) answered(payload []byte, err error) {
	p.over()
	switch {
	case p.id == nil:
	case err != nil:
		_ = p.crossing.peer.Put(wire.AppendFailedResult(nil, p.id, string(CodeOf(err)), publicText(err)))
	default:
		_ = p.crossing.peer.Put(wire.AppendResult(nil, p.id, validUTF8(payload)))
	}
}

// reported implements inquirer.
func (p *passage) reported(payload []byte) error {
	if p.id == nil {
		return nil
	}
	return p.crossing.peer.Put(wire.AppendResultProgress(nil, p.id, validUTF8(payload)))
}
