package daebus

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// resolver flattens a tree of blueprints into a Service.
type resolver struct {
	s        *Service
	seen     map[string]place    // "action greet" → where it was registered first
	within   []*Blueprint        // from the root to the blueprint at work
	read     map[*Blueprint]bool // whose own mistakes are among ours
	mistakes []error
}

func (r *resolver) mistake(at place, subject, fault string) {
	r.mistakes = append(r.mistakes, mistake(at, subject, fault))
}

func (r *resolver) add(b *Blueprint, prefix string, outer []Middleware) {
	r.within = append(r.within, b)
	defer func() { r.within = r.within[:len(r.within)-1] }()

	if !r.read[b] {
		r.read[b] = true
		r.mistakes = append(r.mistakes, b.mistakes...)
	}
	mw := append(outer[:len(outer):len(outer)], b.mw...)
	name := func(n string) string { return joinName(prefix, n) }

	for _, e := range b.actions {
		if r.first("action", name(e.name), e.at) {
			r.s.actions[name(e.name)] = action{name(e.name), r.handler(e, "action", mw)}
		}
	}
	for _, e := range b.contracts {
		r.contract(prefix, e)
	}
	for _, e := range b.sockets {
		if fault := socketFault(name(e.name)); fault != "" && prefix != "" {
			r.mistake(e.at, named("socket", name(e.name)), fault)
		}
		if r.first("socket", name(e.name), e.at) {
			r.s.sockets[name(e.name)] = r.handler(e, "socket", mw)
		}
	}
	for _, e := range b.topics {
		if r.first("topic", e.name, e.at) {
			r.s.Topics = append(r.s.Topics, e.name)
		}
	}
	for _, e := range b.listeners {
		r.noteFirst("listener", e.name, e.at)
		r.s.Listeners = append(r.s.Listeners, &Listener{e.name, r.handler(e, "listener", mw)})
	}
	for _, e := range b.jobs {
		if r.first("job", name(e.name), e.at) {
			e.what.Name = name(e.name)
			r.s.Jobs = append(r.s.Jobs, e.what)
		}
	}
	for _, e := range b.threads {
		if r.first("thread", name(e.name), e.at) {
			e.what.Name = name(e.name)
			r.s.Threads = append(r.s.Threads, e.what)
		}
	}
	for _, e := range b.routes {
		r.route(prefix, e, mw)
	}
	r.s.Start = append(r.s.Start, b.start...)
	r.s.Link = append(r.s.Link, b.link...)
	r.s.Peers = append(r.s.Peers, b.peers...)
	r.s.PageVersion = cmp.Or(r.s.PageVersion, b.page)

	for _, m := range b.mounts {
		r.mount(prefix, m, mw)
	}
}

func (r *resolver) mount(prefix string, m entry[*Blueprint], mw []Middleware) {
	if m.what == nil {
		return // noted when it was registered
	}
	for _, b := range r.within {
		if b == m.what {
			r.mistake(m.at, named("mount", m.name), "the blueprint is mounted into itself")
			return
		}
	}
	r.add(m.what, joinName(prefix, m.name), mw)
}

// contract refuses an action that callers would look for elsewhere.
func (r *resolver) contract(prefix string, e entry[string]) {
	if e.what != r.s.Name {
		r.mistake(e.at, named("action", e.name), fmt.Sprintf("its contract is of the service %s, not %s", e.what, r.s.Name))
	} else if prefix != "" {
		r.mistake(e.at, named("action", e.name), fmt.Sprintf("its contract does not know the prefix %q; mount it with none", prefix))
	}
}

// handler wraps e's handler in the middleware, which may turn out to be broken.
func (r *resolver) handler(e entry[Handler], kind string, mw []Middleware) Handler {
	return r.wrapped(e.what, e.at, named(kind, e.name), mw)
}

func (r *resolver) wrapped(h Handler, at place, subject string, mw []Middleware) Handler {
	if faultOf(h) != "" {
		return nil // noted when it was registered
	}
	for _, m := range mw {
		if m == nil {
			return nil // noted when it was registered
		}
	}
	if h = wrap(h, mw); h == nil {
		r.mistake(at, subject, "its middleware returned nil")
	}
	return h
}

func (r *resolver) route(prefix string, e entry[http.Handler], mw []Middleware) {
	pattern := joinPattern(prefix, e.name)
	h := e.what
	if h == nil || !r.first("route", pattern, e.at) {
		return
	}
	if own, ok := h.(*httpHandler); ok {
		h = &httpHandler{r.wrapped(own.Handler, e.at, named("route", pattern), mw), r.s}
	}
	defer func() {
		// ServeMux refuses a bad or conflicting pattern by panicking.
		if p := recover(); p != nil {
			r.mistake(e.at, named("route", pattern), r.muxFault(fmt.Sprint(p)))
		}
	}()
	r.s.mux.Handle(pattern, h)
	r.s.routes++
}

// muxFault is the first line of what ServeMux says. A conflict is told in our
// words, since to ServeMux every route was registered in this file.
func (r *resolver) muxFault(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	_, other, _ := strings.Cut(text, " conflicts with pattern ")
	quoted, err := strconv.QuotedPrefix(other)
	if err != nil {
		return text
	}
	other, _ = strconv.Unquote(quoted)
	return fmt.Sprintf("conflicts with %q, registered at %v", other, r.seen["route "+other])
}

// first notes a registration and reports whether it is the first of its name.
func (r *resolver) first(kind, name string, at place) bool {
	before, again := r.seen[kind+" "+name]
	if again {
		r.mistake(at, named(kind, name), fmt.Sprintf("registered before, at %v", before))
		return false
	}
	r.noteFirst(kind, name, at)
	return true
}

func (r *resolver) noteFirst(kind, name string, at place) {
	if _, ok := r.seen[kind+" "+name]; !ok {
		r.seen[kind+" "+name] = at
	}
}

func joinName(prefix, name string) string {
	if prefix == "" || name == "" {
		return prefix + name
	}
	return prefix + "." + name
}

// joinPattern puts the prefix in front of the path of "GET host/path"; the
// dots between nested prefixes become slashes.
func joinPattern(prefix, pattern string) string {
	if prefix == "" {
		return pattern
	}
	slash := strings.IndexByte(pattern, '/')
	if slash < 0 {
		return pattern // ServeMux will say what is wrong with it
	}
	return pattern[:slash] + "/" + strings.ReplaceAll(prefix, ".", "/") + pattern[slash:]
}
