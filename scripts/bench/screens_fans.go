package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"

	"github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"
	"github.com/lxzan/gws"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// fan is one way to send a message to many peers: a handler that upgrades them,
// and what pushes a text, which it may keep.
type fan struct {
	name, about string
	open        func() (http.Handler, func(text []byte), error)
	dialect     dialect
}

func fansOf(list string) ([]fan, error) {
	return choose(list, fans, func(f fan) string { return f.name })
}

// fanYardstick is the one that ratios are taken to.
const fanYardstick = "gws"

var fans = []fan{
	{"gws", "a Broadcaster, and a goroutine that reads for each peer", openGWS, plain},
	{"ours", "edge/hub", openHub, plain},
	{"gorilla", "a PreparedMessage, and two goroutines for each peer, as in its chat example", openGorilla, plain},
	{"coder", "coder/websocket as it comes: Write, and two goroutines for each peer", openCoder, plain},
	{"centrifuge", "a node that publishes to one channel, in its JSON protocol, with its defaults", openCentrifuge, centrifugeJSON},
}

// queued is how many messages wait for a peer at most, where we have to say so.
const queued = 256

func openHub() (http.Handler, func([]byte), error) {
	app := daebus.New("bench")
	app.Socket(echo, daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return nil, nil }))
	service, err := app.Service()
	if err != nil {
		return nil, nil, err
	}
	h := hub.New(hub.Config{
		Service:  service,
		NewLane:  func() hub.Lane { return noLane{} },
		MaxPeers: maxScreens,
		Log:      slog.New(slog.DiscardHandler),
	})
	return h, func(text []byte) { h.Push(text, nil) }, nil
}

// noLane is that of peers who send nothing.
type noLane struct{}

func (noLane) Submit(func()) bool { return false }

// room is the peers of a library that keeps no list of them.
type room[P comparable] struct {
	mu    sync.RWMutex // guards below
	peers map[P]struct{}
}

func newRoom[P comparable]() *room[P] { return &room[P]{peers: map[P]struct{}{}} }

func (r *room[P]) add(p P) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.peers[p] = struct{}{}
}

func (r *room[P]) remove(p P) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.peers, p)
}

func (r *room[P]) each(fn func(P)) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for p := range r.peers {
		fn(p)
	}
}

// gwsRoom is what gws calls when something happens.
type gwsRoom struct {
	gws.BuiltinEventHandler
	*room[*gws.Conn]
}

func (r *gwsRoom) OnOpen(c *gws.Conn)           { r.add(c) }
func (r *gwsRoom) OnClose(c *gws.Conn, _ error) { r.remove(c) }

func openGWS() (http.Handler, func([]byte), error) {
	r := &gwsRoom{room: newRoom[*gws.Conn]()}
	upgrader := gws.NewUpgrader(r, &gws.ServerOption{})
	upgrade := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if c, err := upgrader.Upgrade(w, req); err == nil {
			go c.ReadLoop() // so that what the request held is freed
		}
	})
	return upgrade, func(text []byte) {
		b := gws.NewBroadcaster(gws.OpcodeText, text)
		defer b.Close()
		r.each(func(c *gws.Conn) { _ = b.Broadcast(c) }) // one that has gone is removed
	}, nil
}

func openGorilla() (http.Handler, func([]byte), error) {
	r := newRoom[chan<- *gorilla.PreparedMessage]()
	upgrader := gorilla.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024}
	upgrade := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c, err := upgrader.Upgrade(w, req, nil)
		if err != nil {
			return
		}
		messages := make(chan *gorilla.PreparedMessage, queued)
		r.add(messages)
		go func() {
			for m := range messages {
				if c.WritePreparedMessage(m) != nil {
					c.Close()
				}
			}
		}()
		go func() {
			defer close(messages)
			defer r.remove(messages)
			for {
				if _, _, err := c.ReadMessage(); err != nil {
					return
				}
			}
		}()
	})
	return upgrade, func(text []byte) {
		m, err := gorilla.NewPreparedMessage(gorilla.TextMessage, text)
		if err != nil {
			panic(err) // a text message can always be prepared
		}
		r.each(func(messages chan<- *gorilla.PreparedMessage) { messages <- m })
	}, nil
}

func openCoder() (http.Handler, func([]byte), error) {
	r := newRoom[chan<- []byte]()
	upgrade := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c, err := websocket.Accept(w, req, nil)
		if err != nil {
			return
		}
		messages := make(chan []byte, queued)
		r.add(messages)
		ctx := context.Background()
		go func() {
			for m := range messages {
				if c.Write(ctx, websocket.MessageText, m) != nil {
					c.CloseNow()
				}
			}
		}()
		go func() {
			defer close(messages)
			defer r.remove(messages)
			for {
				if _, _, err := c.Read(ctx); err != nil {
					return
				}
			}
		}()
	})
	return upgrade, func(text []byte) {
		r.each(func(messages chan<- []byte) { messages <- text })
	}, nil
}
