package edge

import (
	"context"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/guard"
)

// maxEvents is how many link events wait for slow OnLink functions.
const maxEvents = 64

// linkEvent takes an event from the link, which must not be held up.
func (r *runner) linkEvent(e daebus.LinkEvent) {
	if !e.Up {
		r.app.LinkDown(e.Err)
	}
	select {
	case r.events <- e:
	default:
		r.log.Error("link event dropped: an OnLink function does not keep up", "up", e.Up)
	}
}

// tellLinkEvents passes them on to whom it concerns, in order.
func (r *runner) tellLinkEvents(ctx context.Context) {
	for {
		select {
		case e := <-r.events:
			r.tellStatus(e.Err)
			for _, fn := range r.service.Link {
				r.onLink(ctx, fn, e)
			}
		case <-ctx.Done():
			return
		}
	}
}

// tellStatus shows the state of the bus in systemctl status.
func (r *runner) tellStatus(linkErr error) {
	status := "running; bus up"
	if linkErr != nil {
		status = "degraded; " + linkErr.Error()
	}
	_ = r.notify.Status(status)
}

// watch feeds systemd's watchdog while the link and the pool answer for
// themselves: a deadlock in either keeps it from being fed, and so does a pool
// whose workers are all taken, with more to do, and none has finished since the
// last look.
func (r *runner) watch(ctx context.Context) {
	every := r.notify.WatchdogInterval()
	if every == 0 {
		return
	}
	_ = r.notify.Watchdog()
	before := r.pool.Stats().Done
	for range daebus.Ticks(ctx, every) {
		_ = r.link.Err()
		now := r.pool.Stats()
		if now.Waiting > 0 && now.Running == r.cfg.Workers && now.Done == before {
			r.log.Error("watchdog not fed: requests wait and none finishes", "waiting", now.Waiting, "took", every)
			continue
		}
		before = now.Done
		_ = r.notify.Watchdog()
	}
}

func (r *runner) onLink(ctx context.Context, fn func(context.Context, daebus.LinkEvent), e daebus.LinkEvent) {
	err := guard.Call(ctx, func(ctx context.Context) error {
		fn(ctx, e)
		return nil
	})
	if err != nil {
		r.log.Error("OnLink failed", guard.Attrs(err)...)
	}
}
