package link

import (
	"sync"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

const (
	maxMessage = 16 << 20    // bytes of a message that the link takes
	streak     = time.Minute // without an oversized message, before one is logged again
	shownName  = 100         // bytes of a channel's name in the log
)

// oversize remembers when a message was last too long.
type oversize struct {
	mu   sync.Mutex // guards below
	last time.Time
}

// again reports whether the streak that a message belongs to is known.
func (o *oversize) again() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := o.last
	o.last = time.Now()
	return !before.IsZero() && time.Since(before) < streak
}

// refuse counts a message that was too long to be kept. It costs its channel
// that message, and nobody the link: whoever may publish could otherwise keep every
// subscriber away from the bus.
func (l *Link) refuse(channel []byte, size int64) {
	l.probe.heard.Add(1) // the bus delivers
	l.Stats.Oversized.Add(1)
	if l.oversize.again() {
		return
	}
	name := channel[:min(len(channel), shownName)]
	l.cfg.Log.Warn("message dropped: it is longer than the link takes", "channel", string(name), "bytes", size, "limit", maxMessage)
}

// cut is the length of what a published message lacks, 0 when it is whole.
func cut(r resp.Reply) (size int64) {
	for _, e := range r.Elems {
		size = max(size, e.Cut)
	}
	return size
}
