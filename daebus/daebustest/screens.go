package daebustest

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/state"
)

// screens are the peers of a service; it is its daebus.Screens.
type screens struct {
	service *Service
	board   *state.Board

	mu    sync.Mutex // guards below
	last  int
	conns []*conn // in the order in which they came
}

const idPrefix = "peer"

func (s *screens) add() *conn {
	ctx, cancel := context.WithCancel(s.service.work)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	c := &conn{
		service: s.service,
		id:      idPrefix + strconv.Itoa(s.last),
		ctx:     ctx,
		cancel:  cancel,
		turn:    make(chan struct{}, 1),
		rooms:   map[string]bool{},
		since:   time.Now(),
	}
	c.active = c.since
	c.crossing = s.service.bridge().Open(c)
	s.conns = append(s.conns, c)
	return c
}

func (s *screens) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = without(s.conns, c)
}

func (s *screens) all() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// Push sends frame to the peers that to names and reports how many took it.
func (s *screens) Push(frame []byte, to []string) (reached int) {
	for _, c := range s.all() {
		if c.named(to) && c.Put(frame) == nil {
			reached++
		}
	}
	return reached
}

// PushTo sends frame to these peers and reports how many took it.
func (s *screens) PushTo(frame []byte, peers []daebus.Peer) (reached int) {
	for _, p := range peers {
		if p.(*conn).Put(frame) == nil {
			reached++
		}
	}
	return reached
}

// Peers lists the peers in the order in which they came.
func (s *screens) Peers() (peers []daebus.Peer) {
	for _, c := range s.all() {
		peers = append(peers, c)
	}
	return peers
}

// Show makes value the newest of a topic.
func (s *screens) Show(topic string, value []byte) error {
	return s.board.Show(topic, value, time.Now())
}

func (s *screens) close() {
	for _, c := range s.all() {
		c.Close(goingAway, s.service.service.Name+" stops")
	}
}
