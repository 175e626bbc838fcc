package hub

import (
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// cross hands a message to the bridge. A request to the service itself waits in its
// action's lane, beside those that come over the bus.
func (p *peer) cross(f *daebus.Frame) {
	if p.crossing == nil {
		p.crossing = p.hub.bridge.Open(p)
	}
	t := p.crossing.Take(f, time.Now())
	if t == nil {
		return
	}
	lane := p.tasks.lane
	if choose := p.hub.cfg.ActionLane; choose != nil {
		lane = choose(t.Action())
	}
	if !p.tasks.submit(lane, func() { t.Run(p.ctx) }) {
		t.Refuse(errBusy)
	}
}

// after is time.AfterFunc as a daebus.Bridge takes it.
func after(d time.Duration, fn func()) (stop func() bool) { return time.AfterFunc(d, fn).Stop }
