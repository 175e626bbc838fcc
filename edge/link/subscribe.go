package link

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// feed is one channel or pattern and who wants its messages.
type feed struct {
	name    string
	subs    []*subscription // replaced, never changed: deliver reads it unlocked
	leaving bool            // nobody wants it any more, and the bus has been told
}

type subscription struct {
	fn      func(t *Turn, channel string, msg []byte)
	refused func(error) // told when the bus refuses it; nil: then there is no link
}

// Subscribe implements daebus.Bus. When stop is called on a channel's last
// subscription, fn is still called with what the bus sent before it heard of
// that; Flush waits for it.
func (l *Link) Subscribe(ctx context.Context, channel string, fn func(channel string, msg []byte)) (stop func(), err error) {
	return l.Handle(ctx, channel, func(_ *Turn, channel string, msg []byte) { fn(channel, msg) })
}

// Handle is Subscribe for an fn that may take long between t.Begin and t.End: when
// it does another goroutine reads on, and the message is fn's until it returns.
// t is nil where other subscribers are still to get the message, as they are to get
// it ahead of the next: then fn has to be quick.
func (l *Link) Handle(ctx context.Context, channel string, fn func(t *Turn, channel string, msg []byte)) (stop func(), err error) {
	s := &subscription{fn: fn}
	w := newWaiter()
	stop = func() { l.remove(channel, s) }
	if err = l.add(channel, s, w); err == nil {
		var a answer
		if a, err = await(ctx, w); err == nil {
			err = a.err
		}
	}
	if errors.Is(err, errLost) {
		return stop, nil // the link is down, and will subscribe when it is up
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("subscribe %s: %w", channel, err)
	}
	return stop, nil
}

// add notes a subscription and asks for it when there is somebody to ask. A
// channel that is subscribed already is asked for again: the answer proves it.
func (l *Link) add(channel string, s *subscription, w receipt) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	feeds, verb, name := l.feedsLocked(channel)
	f := feeds[name]
	if f == nil {
		f = &feed{name: channel}
		feeds[name] = f
	}
	if f.leaving {
		f.subs, f.leaving = nil, false
	}
	f.subs = append(slices.Clip(f.subs), s)
	if l.sub == nil {
		return errLost
	}
	return l.sub.command(w, verb, name)
}

func (l *Link) remove(channel string, s *subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	feeds, verb, name := l.feedsLocked(channel)
	f := feeds[name]
	if f == nil || f.leaving || f.without(s) {
		return
	}
	// P of PSUBSCRIBE stays in front.
	bye := strings.Replace(verb, "SUBSCRIBE", "UNSUBSCRIBE", 1)
	if l.sub == nil || l.sub.command(nil, bye, name) != nil {
		delete(feeds, name)
		return
	}
	f.leaving = true
}

// forget is remove for what the bus has refused.
func (l *Link) forget(channel string, s *subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	feeds, _, name := l.feedsLocked(channel)
	if f := feeds[name]; f != nil && !f.without(s) {
		delete(feeds, name)
	}
}

// without takes s out, unless nobody would be left, and reports whether others are.
func (f *feed) without(s *subscription) (others bool) {
	rest := slices.DeleteFunc(slices.Clone(f.subs), func(x *subscription) bool { return x == s })
	if len(rest) > 0 {
		f.subs = rest
	}
	return len(rest) > 0
}

// left forgets a channel or pattern once the bus says that no more will come.
func (l *Link) left(verb, name []byte) {
	feeds := l.channels
	switch string(verb) {
	case "unsubscribe":
	case "punsubscribe":
		feeds = l.patterns
	default:
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := feeds[string(name)]; f != nil && f.leaving {
		delete(feeds, string(name))
	}
}

// feedsLocked says where a channel belongs and how Redis calls it.
func (l *Link) feedsLocked(channel string) (feeds map[string]*feed, verb, name string) {
	prefix, ok := strings.CutSuffix(channel, "*")
	if !ok {
		return l.channels, "SUBSCRIBE", channel
	}
	return l.patterns, "PSUBSCRIBE", literally.Replace(prefix) + "*"
}

// literally escapes what Redis' glob patterns give a meaning.
var literally = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

// join makes every subscription on a new pipe. Those that are added meanwhile
// find the pipe in place and see to themselves.
func (l *Link) join(ctx context.Context, sub, answers *pipe) error {
	for _, a := range l.subscribeAll(sub, answers) {
		got, err := await(ctx, a.w)
		if err == nil && got.err != nil && !errors.Is(got.err, errLost) && l.forgo(a.feed, got.err) {
			continue
		}
		if err == nil {
			err = got.err
		}
		if err != nil {
			return fmt.Errorf("subscribe %s: %w", a.name, err)
		}
	}
	return nil
}

type joining struct {
	name string
	feed *feed
	w    waiter
}

func (l *Link) subscribeAll(sub, answers *pipe) (all []joining) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sub, l.answers = sub, answers
	ask := func(verb string, feeds map[string]*feed) {
		for name, f := range feeds {
			if f.leaving {
				delete(feeds, name)
				continue
			}
			a := joining{name, f, newWaiter()}
			if err := sub.command(a.w, verb, name); err != nil {
				a.w.Receipt(0, err)
			}
			all = append(all, a)
		}
	}
	ask("SUBSCRIBE", l.channels)
	ask("PSUBSCRIBE", l.patterns)
	return all
}

// deliver hands a message to its subscribers; pattern is nil for a channel's own.
func (l *Link) deliver(t *Turn, pattern, channel, msg []byte) {
	l.mu.RLock()
	var name string
	var f *feed
	if pattern == nil {
		if f = l.channels[string(channel)]; f != nil {
			name = f.name
		}
	} else {
		f = l.patterns[string(pattern)]
		name = string(channel)
	}
	var subs []*subscription
	if f != nil {
		subs = f.subs
	}
	l.mu.RUnlock()
	if l.probe.took(msg) {
		return
	}
	for i, s := range subs {
		if i < len(subs)-1 {
			s.fn(nil, name, msg)
		} else {
			s.fn(t, name, msg)
		}
	}
}
