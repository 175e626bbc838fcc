package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"
)

// roleServer and roleScreens are the processes of such a measurement.
const (
	roleServer  = "server"
	roleScreens = "screens"
)

const (
	screenText = `{"type":"tick","data":"`
	textSize   = 256
	stampSize  = 16 // of the time at which a message was pushed, in hexadecimal
)

// newText is a message that is pushed now.
func newText() []byte {
	b := make([]byte, 0, textSize)
	b = append(b, screenText...)
	b = fmt.Appendf(b, "%0*x", stampSize, time.Now().UnixNano())
	for len(b) < textSize-len(`"}`) {
		b = append(b, '.')
	}
	return append(b, `"}`...)
}

// screenServer pushes messages to all of its peers. Over a connection of their
// own they say how many have reached everybody.
type screenServer struct {
	worker
	push        func(text []byte)
	acks        *ackReader
	sent, acked uint64
}

func (w *worker) serveScreens() error {
	chosen, err := fansOf(w.System)
	if err != nil {
		return err
	}
	handler, push, err := chosen[0].open()
	if err != nil {
		return err
	}
	peers, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler}
	go server.Serve(peers)
	defer server.Close()
	acks, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer acks.Close()
	s := &screenServer{worker: *w, push: push}
	if err := w.out.Encode(report{Bus: peers.Addr().String() + " " + acks.Addr().String(), PID: os.Getpid()}); err != nil {
		return err
	}
	for in := json.NewDecoder(os.Stdin); ; {
		var o order
		if err := in.Decode(&o); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		r, err := s.carryOutOrder(o, acks)
		if err != nil {
			return err
		}
		if err := w.out.Encode(r); err != nil {
			return err
		}
	}
}

func (s *screenServer) carryOutOrder(o order, acks net.Listener) (r report, err error) {
	switch o.Do {
	case "rest":
		for range 2 { // what finalizers free too
			debug.FreeOSMemory()
		}
	case "run":
		if s.acks == nil {
			if s.acks, err = acceptAcks(acks); err != nil {
				return r, err
			}
		}
		r.Tally, err = s.run(o)
		r.Mallocs = s.meter.mallocs
	}
	return r, err
}

// run pushes a message whenever fewer than may be are on their way.
func (s *screenServer) run(o order) (got tally, err error) {
	if err := s.meter.begin(); err != nil {
		return got, err
	}
	began, first := time.Now(), s.sent
	for time.Since(began) < o.For {
		for s.sent-s.acked < uint64(o.Outstanding) {
			s.push(newText())
			s.sent++
		}
		if err := s.await(); err != nil {
			return got, err
		}
	}
	for s.acked < s.sent {
		if err := s.await(); err != nil {
			return got, err
		}
	}
	got.Requests, got.Took = s.sent-first, time.Since(began)
	return got, s.meter.end()
}

// await returns when more messages have reached everybody.
func (s *screenServer) await() error {
	n, err := s.acks.next()
	if err != nil {
		return fmt.Errorf("message %d has not reached everybody: %w", s.acked+1, err)
	}
	s.acked = max(s.acked, n) // processors may overtake each other
	return nil
}

// addresses are those of the peers and of their acknowledgements.
func addresses(bus string) (peers, acks string, err error) {
	peers, acks, ok := strings.Cut(bus, " ")
	if !ok {
		return "", "", errors.New("no addresses of a server")
	}
	return peers, acks, nil
}
