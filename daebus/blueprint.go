package daebus

import (
	"context"
	"net/http"
	"time"
)

// Blueprint is what a service answers, or a part of it that is mounted into
// one. Its methods only take note: mistakes are collected with the place they
// were made at, and App.Err returns them all.
// A Blueprint must not be changed once its App runs.
type Blueprint struct {
	actions   []entry[Handler]
	contracts []entry[string] // the services that Methods among the actions name
	listeners []entry[Handler]
	sockets   []entry[Handler]
	topics    []entry[struct{}]
	routes    []entry[http.Handler]
	jobs      []entry[Job]
	threads   []entry[Thread]
	mounts    []entry[*Blueprint]
	mw        []Middleware
	start     []func(context.Context) error
	link      []func(context.Context, LinkEvent)
	peers     []PeerHook
	page      string
	mistakes  []error
}

// entry is one registration: what, under which name, and where in the source.
type entry[T any] struct {
	name string
	what T
	at   place
}

// Job is work done again and again: every Interval, or when Spec says.
type Job struct {
	Name     string
	Interval time.Duration // 0: a Cron job
	Spec     string        // "": an Every job
	Run      func(context.Context) error
}

// Thread is work that goes on for as long as the service runs.
type Thread struct {
	Name string
	Run  func(context.Context) error
}

// Action answers requests for name on the service's channel:
// PUBLISH service {"action":name,…}.
func (b *Blueprint) Action(name string, h Handler) {
	at := here()
	b.check(at, named("action", name), nameFault(name), faultOf(h))
	b.actions = append(b.actions, entry[Handler]{name, h, at})
}

// Listen handles plain messages on a channel, one at a time and in order; a
// trailing * makes the name a pattern. Several listeners may share a channel.
// A message that carries a reply_to is answered with what the handler returns,
// unless it was heard by a pattern: it may be somebody else's to answer.
func (b *Blueprint) Listen(channel string, h Handler) {
	at := here()
	b.check(at, named("listener", channel), channelFault(channel), faultOf(h))
	b.listeners = append(b.listeners, entry[Handler]{channel, h, at})
}

// Route answers HTTP requests that match a net/http ServeMux pattern, such as
// "GET /users/{id}". Make h of a Handler with HTTP, or bring any http.Handler.
func (b *Blueprint) Route(pattern string, h http.Handler) {
	at := here()
	b.check(at, named("route", pattern), nilFault(h == nil), httpFault(h))
	b.routes = append(b.routes, entry[http.Handler]{pattern, h, at})
}

// Socket answers WebSocket messages {"type":kind,"data":…}. The messages of
// one peer are handled one at a time and in order.
func (b *Blueprint) Socket(kind string, h Handler) {
	at := here()
	b.check(at, named("socket", kind), nameFault(kind), faultOf(h), socketFault(kind))
	b.sockets = append(b.sockets, entry[Handler]{kind, h, at})
}

// Topic declares a topic with state: what Show shows on it, WebSocket peers and
// readers of server-sent events may subscribe to. Whoever subscribes is sent the
// newest value, and from then on what changes. A mounted topic keeps its name.
func (b *Blueprint) Topic(name string) {
	at := here()
	b.check(at, named("topic", name), topicFault(name))
	b.topics = append(b.topics, entry[struct{}]{name: name, at: at})
}

// OnPeer calls join when a WebSocket peer has connected, before its first
// message is read, and leave when it has gone. Either may be nil. An error of
// join turns the peer away, as Refuse and CloseStatus say; then neither the joins
// registered after it are called nor its own leave. What join's context carries
// ends with the peer; that of leave does not end.
//
// The original greets a peer with what its connect handler returns. So does
//
//	p.Send("response", map[string]string{"status": "connected", "client_id": p.ID()})
func (b *Blueprint) OnPeer(join func(context.Context, Peer) error, leave func(context.Context, Peer)) {
	b.peers = append(b.peers, PeerHook{join, leave})
}

// PageVersion is what the screens are told of the page that they should show: one
// that shows another version loads itself anew. StaticVersion makes one of the
// page's files.
func (b *Blueprint) PageVersion(version string) { b.page = version }

// Every runs fn each d, first after one d. A run that takes longer than d is
// not overlapped: what falls due meanwhile is left out. An error is logged.
func (b *Blueprint) Every(name string, d time.Duration, fn func(context.Context) error) {
	at := here()
	b.check(at, named("job", name), nameFault(name), nilFault(fn == nil), intervalFault(d))
	b.jobs = append(b.jobs, entry[Job]{name, Job{Interval: d, Run: fn}, at})
}

// Cron runs fn when spec says so, in local time: five fields (minute, hour,
// day of month, month, day of week) or @hourly, @daily, @weekly, @monthly,
// @yearly. It never overlaps itself.
func (b *Blueprint) Cron(name, spec string, fn func(context.Context) error) {
	at := here()
	b.check(at, named("job", name), nameFault(name), nilFault(fn == nil), cronFault(spec))
	b.jobs = append(b.jobs, entry[Job]{name, Job{Spec: spec, Run: fn}, at})
}

// Thread runs fn beside everything else. When it fails or panics it is started
// again, with a growing pause; when it returns nil it is done. It must return
// when its context ends.
func (b *Blueprint) Thread(name string, fn func(context.Context) error) {
	at := here()
	b.check(at, named("thread", name), nameFault(name), nilFault(fn == nil))
	b.threads = append(b.threads, entry[Thread]{name, Thread{Run: fn}, at})
}

// OnStart runs fn before anything is answered. An error stops the start.
func (b *Blueprint) OnStart(fn func(context.Context) error) {
	b.check(here(), "OnStart", nilFault(fn == nil))
	b.start = append(b.start, fn)
}

// OnLink calls fn each time the link to the bus goes away or comes back, in
// order. Messages published while it was away are gone; the event's Gap says
// how long that was.
func (b *Blueprint) OnLink(fn func(context.Context, LinkEvent)) {
	b.check(here(), "OnLink", nilFault(fn == nil))
	b.link = append(b.link, fn)
}

// Use puts middleware around every handler of this blueprint and of those
// mounted into it, whenever they were registered: actions, listeners, sockets
// and routes made with HTTP. The first is outermost.
func (b *Blueprint) Use(mw ...Middleware) {
	at := here()
	for _, m := range mw {
		b.check(at, "Use", nilFault(m == nil))
	}
	b.mw = append(b.mw, mw...)
}

// Mount adds what sub answers. With a prefix "camera" the action "snap"
// becomes "camera.snap", so do sockets, jobs and threads, and the route
// "GET /snap" becomes "GET /camera/snap", with a slash for each dot of a prefix;
// channels and topics keep their names. With "" everything is mounted as it is, which is
// how a Method wants it.
func (b *Blueprint) Mount(prefix string, sub *Blueprint) {
	at := here()
	fault := ""
	if prefix != "" {
		fault = prefixFault(prefix)
	}
	b.check(at, named("mount", prefix), fault, nilFault(sub == nil))
	b.mounts = append(b.mounts, entry[*Blueprint]{prefix, sub, at})
}

// blueprint lets Method and Topic take an App or a Blueprint.
func (b *Blueprint) blueprint() *Blueprint { return b }

func (b *Blueprint) check(at place, subject string, faults ...string) {
	for _, fault := range faults {
		if fault != "" {
			b.mistakes = append(b.mistakes, mistake(at, subject, fault))
		}
	}
}
