package daebus_test

import (
	"context"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// hush is a peer that takes everything.
type hush struct{ daebus.FramePeer }

func (hush) Put([]byte) error { return nil }

func BenchmarkBridgedRequest(b *testing.B) {
	for name, bus := range map[string]daebus.Bus{"own": daebustest.NewBus(), "other": new(mirror)} {
		b.Run(name, func(b *testing.B) {
			app := daebus.New("own")
			app.Action("echo", daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) { return req.Raw(req.Payload), nil }))
			service, err := app.Service()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := app.Attach(b.Context(), daebus.Runtime{Bus: bus}); err != nil {
				b.Fatal(err)
			}
			alarm := time.NewTimer(time.Hour)
			after := func(time.Duration, func()) func() bool { return alarm.Stop }
			x := daebus.NewBridge(service, []string{"*"}, after).Open(hush{})
			frame := []byte(bridged(name, "echo", string(text(256)), "req_1795226167518_1"))
			var f daebus.Frame
			b.ReportAllocs()
			for b.Loop() {
				f.Read(frame)
				if t := x.Take(&f, time.Time{}); t != nil {
					t.Run(b.Context())
				}
			}
		})
	}
}
