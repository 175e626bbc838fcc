package link

import (
	"errors"
	"os"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// outage is what is known of the link's absence: it is logged once when it
// begins and once when it ends.
type outage struct {
	on     bool
	before bool // the link was up at least once
	since  time.Time
}

func (l *Link) lost(o *outage, err error) {
	l.mu.Lock()
	l.why = err
	l.mu.Unlock()
	if o.on {
		return
	}
	o.on, o.since = true, time.Now()
	if !o.before {
		l.cfg.Log.Warn("no bus yet; trying on", "addr", l.cfg.Address, "err", err)
		return
	}
	switch { // it was gone before it was noticed
	case errors.Is(err, errDeaf):
		o.since = l.probe.proved
	case errors.Is(err, os.ErrDeadlineExceeded):
		o.since = o.since.Add(-l.cfg.dead())
	}
	l.cfg.Log.Warn("bus lost", "addr", l.cfg.Address, "err", err)
	l.cfg.OnEvent(daebus.LinkEvent{Err: err})
}

func (l *Link) recovered(o *outage) {
	e := daebus.LinkEvent{Up: true}
	if o.before {
		e.Gap = time.Since(o.since)
		l.Stats.Gaps.Add(1)
		l.Stats.GapTime.Add(int64(e.Gap))
	}
	if o.on {
		l.cfg.Log.Info("bus up", "addr", l.cfg.Address, "gap", time.Since(o.since).Round(time.Millisecond))
	}
	*o = outage{before: true}
	l.cfg.OnEvent(e)
}
