package link

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/backoff"
)

// Link is a daebus.Bus over Redis. It works while Run runs.
type Link struct {
	Stats Stats

	cfg      Config
	waiters  sync.Pool // of waiter
	settled  chan struct{}
	settle   sync.Once // closes settled
	probe    *probe
	oversize oversize

	mu sync.RWMutex // guards below
	pipes
	channels map[string]*feed
	patterns map[string]*feed
	why      error // why the link is down
	since    time.Time
}

// pipes are the connections of a session.
type pipes struct {
	pub     *pipe // nil while the link is down
	sub     *pipe // takes subscriptions; there before pub is
	answers *pipe // the one of them that answers go out on; there with sub, as requests are
}

var _ daebus.Bus = (*Link)(nil)

// Stats counts the times that a link which had been up was away, and what it
// did not take.
type Stats struct {
	Gaps      atomic.Int64 // that are over
	GapTime   atomic.Int64 // their sum, in nanoseconds
	Oversized atomic.Int64 // messages of more than 16 MiB, which were dropped
}

// New returns a link that is down until Run is called.
func New(cfg Config) *Link {
	l := &Link{
		cfg:      cfg.withDefaults(),
		settled:  make(chan struct{}),
		probe:    newProbe(),
		channels: map[string]*feed{},
		patterns: map[string]*feed{},
		why:      errors.New("not dialled yet"),
		since:    time.Now(),
	}
	l.waiters.New = func() any { return newWaiter() }
	return l
}

// Run keeps the link up until ctx is done, and returns when both connections
// are closed and nothing of it runs any more.
func (l *Link) Run(ctx context.Context) {
	delay := backoff.Delay{Max: l.cfg.Retry}
	for up := (outage{}); ctx.Err() == nil; {
		var began time.Time
		err := l.session(ctx, func() {
			began = time.Now()
			l.recovered(&up)
			l.settle.Do(l.closeSettled)
		})
		l.settle.Do(l.closeSettled)
		if ctx.Err() != nil {
			return
		}
		l.lost(&up, err)
		if !began.IsZero() && time.Since(began) > l.cfg.Ping {
			delay.Reset() // it lived; who lets us in only to drop us is not hurried
		}
		if backoff.Wait(ctx, delay.Next()) != nil {
			return
		}
	}
}

// Settled is closed when the first attempt to bring the link up has ended, with
// or without success.
func (l *Link) Settled() <-chan struct{} { return l.settled }

func (l *Link) closeSettled() { close(l.settled) }

// session dials, subscribes, calls up, and returns what ended it.
func (l *Link) session(ctx context.Context, up func()) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	pub, err := l.open(ctx, &wg)
	if err != nil {
		return err
	}
	defer pub.fail(errClosed)
	sub, err := l.open(ctx, &wg, pub)
	if err != nil {
		return err
	}
	defer sub.fail(errClosed)
	defer l.leave()
	answers := pub
	if l.silence(ctx, sub) {
		answers = sub
	}
	if err := l.join(ctx, sub, answers); err != nil {
		return err
	}
	l.enter(pub)
	up()
	err = l.keepAlive(ctx, pub, sub)
	pub.fail(err) // whoever waits hears why
	sub.fail(err)
	return err
}

var errClosed = errors.New("closed")

// open dials one connection and starts its reader and its writer. Messages that
// come in on it are answered on it, or on one of others.
func (l *Link) open(ctx context.Context, wg *sync.WaitGroup, others ...*pipe) (*pipe, error) {
	conn, err := l.cfg.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", l.cfg.Address, err)
	}
	p := newPipe(conn, &l.cfg, hearer{l.deliver, l.refuse, l.left})
	p.from.answers = append(others, p)
	go p.read()
	wg.Go(func() {
		p.write()
		<-p.over
	})
	return p, nil
}

func (l *Link) enter(pub *pipe) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pub, l.why = pub, nil
}

func (l *Link) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pub != nil {
		l.pub, l.why, l.since = nil, errClosed, time.Now()
	}
	l.sub, l.answers = nil, nil
}

// Err returns nil while the link is up, and otherwise why it is down; the error
// has the code Unavailable.
func (l *Link) Err() error {
	_, err := l.live()
	return err
}

// Publish implements daebus.Bus.
func (l *Link) Publish(ctx context.Context, channel string, msg []byte) (receivers int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err // nothing is sent for who no longer waits
	}
	to, err := l.live()
	if err != nil {
		return 0, err
	}
	w := l.waiters.Get().(waiter)
	if err := to.pub.publish(asked{told: w}, channel, msg); err != nil {
		l.waiters.Put(w)
		return 0, err
	}
	to.pub.release(false) // whoever reads may be who waits
	a, err := await(ctx, w)
	if err != nil {
		return 0, err
	}
	l.waiters.Put(w)
	return a.n, a.err
}

// Post implements daebus.Bus.
func (l *Link) Post(channel string, msg []byte) error {
	l.mu.RLock()
	answers, err := l.answers, l.downLocked()
	l.mu.RUnlock()
	if answers == nil {
		return err
	}
	return answers.publish(asked{}, channel, msg)
}

// PostFrom implements daebus.Bus.
func (l *Link) PostFrom(sender daebus.Sender, number uint64, channel string, msg []byte) error {
	to, err := l.live()
	if err != nil {
		return err
	}
	return to.pub.publish(asked{sender: sender, message: number}, channel, msg)
}

// Flush returns when every message that the bus had for us has been delivered,
// up to the last subscription or stop before the call, and the bus has taken
// everything published before.
func (l *Link) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	to, err := l.live()
	if err != nil {
		return err
	}
	for _, p := range []*pipe{to.sub, to.pub} {
		w := newWaiter()
		if err := p.command(w, "PING"); err != nil {
			return err
		}
		a, err := await(ctx, w)
		if err != nil || a.err != nil {
			return cmp.Or(err, a.err)
		}
	}
	return nil
}

// live is the connections; while they are not there it says why.
func (l *Link) live() (pipes, error) {
	l.mu.RLock()
	to, err := l.pipes, l.downLocked()
	l.mu.RUnlock()
	if err != nil {
		runtime.Gosched() // who asks again at once must not keep a single core from dialling
	}
	return to, err
}

// errDown is what strangers read of a link that is down. Why it is may name its
// address.
var errDown = daebus.Errorf(daebus.Unavailable, "no link to the bus")

// downLocked is why there are no connections, nil while they are there.
func (l *Link) downLocked() error {
	if l.pub != nil {
		return nil
	}
	return fmt.Errorf("%w for %v: %w", errDown, time.Since(l.since).Round(time.Second), l.why)
}

// await waits for an answer. When it gives up the answer still comes, so the
// channel must not be used again.
func await(ctx context.Context, w waiter) (answer, error) {
	select {
	case a := <-w:
		return a, nil
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
}
