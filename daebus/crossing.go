package daebus

import (
	"bytes"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// What one peer may have of a Bridge.
const (
	maxCalls     = 32  // without their final reply yet
	maxChannels  = 64  // subscribed to
	maxRequestID = 256 // bytes
)

// Crossing is the use that one peer makes of a Bridge. Take is for one goroutine at
// a time.
type Crossing struct {
	bridge   *Bridge
	peer     FramePeer
	channels map[string]struct{} // guarded by bridge.mu

	mu    sync.Mutex // guards below
	calls map[*passage]struct{}
}

// Close ends the peer's subscriptions, and its calls of other services. Nothing may
// be taken after it.
func (x *Crossing) Close() {
	x.bridge.leaveAll(x)
	x.mu.Lock()
	calls := slices.Collect(maps.Keys(x.calls))
	x.mu.Unlock()
	for _, p := range calls {
		p.giveUp(peerGone)
	}
}

var peerGone = Errorf(Unavailable, "the peer has gone")

// Take does what a bridged frame wants. A request to the service itself it returns,
// to be run or refused; it is independent of the frame. The caller's patience counts
// from when the frame was received.
func (x *Crossing) Take(f *Frame, received time.Time) *Task {
	x.bridge.service.Stats.Bridged.Add(1)
	channel := string(f.scanned.Channel)
	var own *Task
	err := x.bridge.allow(channel)
	if err == nil {
		switch string(f.Type()) {
		case "publish":
			own, err = x.publish(channel, f, received)
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
func (x *Crossing) publish(service string, f *Frame, received time.Time) (*Task, error) {
	own := service == x.bridge.service.Name
	id := f.requestID()
	if id == nil && !own {
		return nil, x.post(service, f.Data(), true)
	}
	p, err := x.begin(id)
	if err != nil {
		return nil, err
	}
	if !own {
		return nil, p.call(service, &f.request)
	}
	t := x.bridge.service.read(Message{Channel: service, Data: f.Data(), Received: received}, p)
	if t != nil {
		t.Keep()
	}
	return t, nil
}

// begin lets a request pass, which is over when it is answered.
func (x *Crossing) begin(id []byte) (*passage, error) {
	if len(id) > maxRequestID {
		return nil, Errorf(Invalid, "request_id has %d bytes; want at most %d", len(id), maxRequestID)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.calls) >= maxCalls {
		return nil, Errorf(Busy, "%d requests of this peer wait for their reply", maxCalls)
	}
	if x.calls == nil {
		x.calls = map[*passage]struct{}{}
	}
	p := &passage{crossing: x, id: bytes.Clone(id)}
	x.calls[p] = struct{}{}
	return p, nil
}
