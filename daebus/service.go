package daebus

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// Service is an App made ready to run: mounts resolved, middleware applied,
// mistakes refused. It is what a runtime works with; who writes a service
// never meets it. It is immutable, and safe for concurrent use.
type Service struct {
	Name      string
	Listeners []*Listener
	Topics    []string // with state, in the order of their declaration
	Jobs      []Job
	Threads   []Thread
	Start     []func(context.Context) error // in order, before anything is answered
	Link      []func(context.Context, LinkEvent)
	Peers     []PeerHook // joins in order, and leaves
	Stats     Stats

	PageVersion string // of the page that the screens should show; "" when there is none

	client  *Client
	codecs  []Codec
	actions map[string]action
	sockets map[string]Handler
	routes  int
	mux     *http.ServeMux
	scratch sync.Pool // of *Task
}

// action is one handler of requests. Its name stands here too, to be had without
// a copy of the bytes that it came as.
type action struct {
	name    string
	handler Handler
}

// Listener is one handler on one channel or pattern.
type Listener struct {
	Channel string
	handler Handler
}

// Service resolves what the App answers. The error is that of Err.
func (a *App) Service() (*Service, error) {
	r := resolver{
		s: &Service{
			Name:    a.name,
			client:  a.Client,
			codecs:  a.Client.codecs,
			actions: map[string]action{},
			sockets: map[string]Handler{},
			mux:     http.NewServeMux(),
		},
		seen: map[string]place{},
		read: map[*Blueprint]bool{},
	}
	r.s.scratch.New = func() any { return new(Task) }
	r.add(a.Blueprint, "", nil)
	if len(r.s.actions) > 0 && slices.ContainsFunc(r.s.Listeners, func(l *Listener) bool { return l.Channel == a.name }) {
		r.mistake(r.seen["listener "+a.name], named("listener", a.name),
			"this channel carries the service's own requests; register an Action")
	}
	if len(r.mistakes) > 0 {
		return nil, errors.Join(r.mistakes...)
	}
	return r.s, nil
}

// HasActions reports whether requests on the service's channel are answered.
func (s *Service) HasActions() bool { return len(s.actions) > 0 }

// Actions lists the names of the actions.
func (s *Service) Actions() []string { return slices.Sorted(maps.Keys(s.actions)) }

// HasHTTP reports whether there is a route, a socket or a topic to serve.
func (s *Service) HasHTTP() bool { return s.routes > 0 || s.HasSockets() }

// HasSockets reports whether WebSocket peers are served.
func (s *Service) HasSockets() bool {
	return len(s.sockets) > 0 || len(s.Topics) > 0 || len(s.Peers) > 0
}

func (s *Service) log() *slog.Logger { return s.client.runtime().log() }
