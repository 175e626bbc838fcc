package link

import (
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// fresh is how long what the bus said of a channel's receivers stands for the
// messages that follow.
const fresh = time.Millisecond

// receivers remembers of the channels posted to last how many receive them. Who
// calls a service ten thousand times a second wants to know that it is there, and
// not ten thousand times a second: each answer wakes this process once more.
type receivers struct {
	seed  maphash.Seed
	slots [16]atomic.Pointer[receiver]
}

// receiver is what the bus said of one channel.
type receiver struct {
	channel string
	number  atomic.Int64
	until   atomic.Int64 // when that is no longer fresh, in nanoseconds since begun
}

var begun = time.Now()

// of returns the place for a channel, which may be another's until now.
func (rs *receivers) of(channel string) *receiver {
	slot := &rs.slots[maphash.String(rs.seed, channel)%uint64(len(rs.slots))]
	r := slot.Load()
	if r == nil || r.channel != channel {
		r = &receiver{channel: channel}
		slot.Store(r)
	}
	return r
}

// fresh returns how many receive the channel, 0 when that is not known.
func (r *receiver) fresh() int {
	if int64(time.Since(begun)) > r.until.Load() {
		return 0
	}
	return int(r.number.Load())
}

func (r *receiver) heard(number int) {
	r.number.Store(int64(number))
	r.until.Store(int64(time.Since(begun) + fresh))
}

// PostReceipt implements daebus.Bus. Where the connection that answers go out on
// is silent, and the bus has said within the last millisecond that the channel
// has receivers, it is not asked again.
func (l *Link) PostReceipt(channel string, msg []byte, r daebus.Receipt) error {
	to, err := l.live()
	if err != nil {
		return err
	}
	known := l.receivers.of(channel)
	n := known.fresh()
	if n == 0 || to.answers == to.pub {
		return to.pub.publish(asked{told: r, of: known}, channel, msg)
	}
	if err := to.answers.publish(asked{}, channel, msg); err != nil {
		return err
	}
	r.Receipt(n, nil)
	return nil
}
