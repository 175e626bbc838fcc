package daebus_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// plain is a client as one would write it first: a map under a mutex, a channel
// and a timer for each call.
type plain struct {
	bus daebus.Bus

	mu      sync.Mutex // guards below
	last    uint64
	pending map[string]chan json.RawMessage
}

func (p *plain) call(ctx context.Context, in json.RawMessage, out *json.RawMessage) error {
	ctx, cancel := context.WithTimeout(ctx, daebus.DefaultTimeout)
	defer cancel()
	if err := wire.Check(in); err != nil {
		return err
	}
	replies := make(chan json.RawMessage, 1)
	p.mu.Lock()
	p.last++
	id := "5d44c3df-3b23-4e0f-8bfc-3f9e607d4b14." + strconv.FormatUint(p.last, 36)
	p.pending[id] = replies
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.pending, id)
	}()
	msg := wire.AppendRequest(nil, "raw", in, "caller:1", []byte(id), "svc", 5000)
	if err := p.bus.PostFrom(p, 0, "svc", msg); err != nil {
		return err
	}
	select {
	case *out = <-replies:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (*plain) Bounced(uint64, error) {}

func (p *plain) receive(_ string, msg []byte) {
	var r wire.Response
	if err := wire.ScanResponse(msg, &r); err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if replies := p.pending[string(r.ID)]; replies != nil {
		replies <- append(json.RawMessage(nil), r.Payload...)
	}
}

func newPlain() *plain {
	p := &plain{pending: map[string]chan json.RawMessage{}}
	p.bus = &mirror{inbox: p.receive}
	return p
}

// Compare ours with plain at -cpu 1,2,8.
func BenchmarkCall(b *testing.B) {
	for _, size := range []int{256, 16 << 10, 1 << 20} {
		payload := text(size)
		b.Run(fmt.Sprintf("ours/%d", size), func(b *testing.B) {
			c := newCaller(b, new(mirror))
			var in any = payload
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				var out json.RawMessage
				for pb.Next() {
					if err := c.Call(context.Background(), "svc", "raw", in, &out); err != nil {
						b.Error(err)
					}
				}
			})
		})
		b.Run(fmt.Sprintf("plain/%d", size), func(b *testing.B) {
			p := newPlain()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				var out json.RawMessage
				for pb.Next() {
					if err := p.call(context.Background(), payload, &out); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
