package daebus

import (
	"bytes"
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// What one peer may have of a Bridge.
const (
	maxCalls     = 32               // without their final reply yet
	maxChannels  = 64               // subscribed to
	maxRequestID = 256              // bytes
	callTimeout  = 30 * time.Second // for a request that says nothing else
	maxTimeout   = 10 * time.Minute // whatever it says
)

// Crossing is the use that one peer makes of a Bridge. Take is for one goroutine at
// a time.
type Crossing struct {
	bridge *Bridge
	peer   FramePeer
	calls  atomic.Int32 // in flight

	channels map[string]struct{} // guarded by bridge.mu
}

// Close ends the peer's subscriptions. Its calls end with the contexts they were
// made with.
func (x *Crossing) Close() { x.bridge.leaveAll(x) }

// Take does what a bridged frame wants. A request to the service itself it returns,
// to be run or refused; it is independent of the frame. ctx ends when the peer has
// gone. The caller's patience counts from when the frame was received.
func (x *Crossing) Take(ctx context.Context, f *Frame, received time.Time) *Task {
	x.bridge.service.Stats.Bridged.Add(1)
	channel := string(f.scanned.Channel)
	var own *Task
	err := x.bridge.allow(channel)
	if err == nil {
		switch string(f.Type()) {
		case "publish":
			own, err = x.publish(ctx, channel, f, received)
		case "broadcast":
			err = x.post(channel, f.Data(), false)
		case "subscribe":
			err = x.subscribe(channel)
		case "unsubscribe":
			x.bridge.leave(x, channel)
		}
	}
	if err != nil {
		_ = x.peer.Put(f.Fail(err)) // it has gone
	}
	return own
}

func (x *Crossing) subscribe(channel string) error {
	if channel == x.bridge.service.Name {
		return Errorf(Denied, "%q carries requests to the service, which are not for WebSocket peers", channel)
	}
	return x.bridge.join(x, channel)
}

// post publishes what a peer says, for whoever listens.
func (x *Crossing) post(channel string, data []byte, request bool) error {
	msg := wire.AppendUnaddressed(make([]byte, 0, len(data)), data, request)
	return x.bridge.service.client.runtime().Bus.Post(channel, validUTF8(msg))
}

// publish is a request when it has an id, and else a message to who serves it.
func (x *Crossing) publish(ctx context.Context, service string, f *Frame, received time.Time) (*Task, error) {
	own := service == x.bridge.service.Name
	id := f.requestID()
	switch {
	case len(id) > maxRequestID:
		return nil, Errorf(Invalid, "request_id has %d bytes; want at most %d", len(id), maxRequestID)
	case id == nil && !own:
		return nil, x.post(service, f.Data(), true)
	case x.calls.Add(1) > maxCalls:
		x.calls.Add(-1)
		return nil, Errorf(Busy, "%d requests of this peer wait for their reply", maxCalls)
	}
	p := &passage{crossing: x, id: bytes.Clone(id)}
	if !own {
		return nil, p.call(ctx, service, &f.request)
	}
	t := x.bridge.service.read(Message{Channel: service, Data: f.Data(), Received: received}, p)
	if t != nil {
		t.Keep()
	}
	return t, nil
}

// passage is one request on its way over the bridge and back.
type passage struct {
	crossing *Crossing
	id       []byte             // its request_id as the peer knows it; nil: it wants no reply
	cancel   context.CancelFunc // of the deadline; nil when it is the service's own
}

// call asks another service, under an id of our own.
func (p *passage) call(ctx context.Context, service string, r *wire.Request) error {
	if len(r.Action) == 0 {
		p.over()
		return noAction
	}
	limit := callTimeout
	if r.Timeout > 0 {
		limit = min(time.Duration(r.Timeout)*time.Millisecond, maxTimeout)
	}
	ctx, p.cancel = context.WithTimeout(ctx, limit)
	err := p.crossing.bridge.service.client.ask(ctx, service, string(r.Action), r.Payload, p.told)
	if err != nil {
		p.over()
	}
	return err
}

// told hands a reply from the bus to the peer.
func (p *passage) told(r reply) {
	switch {
	case r.err != nil:
		p.answered(nil, r.err)
	case r.codec != JSON:
		p.answered(nil, Errorf(Internal, "the reply is in %s; want JSON", r.codec.Name()))
	case !r.final:
		p.reported(r.payload)
	case r.failed:
		p.answered(nil, foreignError(r.payload))
	default:
		p.answered(r.payload, nil)
	}
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

// over gives back what the request took.
func (p *passage) over() {
	p.crossing.calls.Add(-1)
	if p.cancel != nil {
		p.cancel()
	}
}
