package link

import (
	"context"
	"errors"
	"time"
)

// keepAlive asks both ends for a sign of life, and the bus to deliver, until
// one of the pipes fails or either asks in vain. That nothing at all came in
// time is noticed where it is read. It looks twice an interval.
func (l *Link) keepAlive(ctx context.Context, pub, sub *pipe) error {
	l.probe.begin()
	pulses := []*pulse{{pipe: pub}, {pipe: sub}}
	tick := time.NewTicker(l.cfg.Ping / 2)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			for _, p := range pulses {
				if err := p.beat(); err != nil {
					return err
				}
			}
			if err := l.probe.beat(pub, l.inbox()); err != nil {
				return err
			}
			sub.listen()
		case <-pub.gone:
			return pub.cause()
		case <-sub.gone:
			return sub.cause()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var errMute = errors.New("the bus sends, and answers no PING")

// pulse is the PING of one pipe. Bytes alone are no life: a reply that never
// ends swallows all that follow.
type pulse struct {
	pipe    *pipe
	out     waiter // nil: no PING is on its way
	age     int    // beats since it was sent, or since the latest whole reply
	replies int64  // by the latest beat
}

// beat sends a PING each second time, and returns errMute when neither its
// answer nor any other reply has come for 2.5 intervals: where much waits to be
// sent or delivered, PING waits behind it. A refusal is an answer: a bus that
// loads its data refuses PING and still delivers.
func (p *pulse) beat() error {
	p.age++
	replies := p.pipe.replies.Load()
	moves := replies != p.replies
	p.replies = replies
	if p.out != nil {
		select {
		case <-p.out:
			p.out = nil
		default:
			if moves {
				p.age = 0
			}
			if p.age >= 5 {
				return errMute
			}
			return nil
		}
	}
	if p.age >= 2 {
		p.age = 0
		if w := newWaiter(); p.pipe.command(w, "PING") == nil {
			p.out = w
		}
	}
	return nil
}
