package hub

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/daebus/daebus-go/daebus/state"
)

// heartbeat is the time between comments on a stream of events. They keep what
// is on the way from closing it, and find out whether the reader has gone.
const heartbeat = 15 * time.Second

var comment = [][]byte{[]byte(":\n\n")}

// stream is a reader of events. It takes no frame that it is offered, but asks
// for the newest when what came before is written.
type stream struct {
	hub     *Hub
	addr    string
	w       http.ResponseWriter
	control *http.ResponseController
	topics  []string
	places  []string      // what the reader has of each: "epoch.seq"
	news    chan struct{} // holds one when there are views to ask

	mu    sync.Mutex    // guards below
	views []*state.View // to be asked
}

// subscribe goes on from last, the id of an event of the same topics, or "".
func (s *stream) subscribe(last string) error {
	given := strings.Split(last, ",")
	s.places = make([]string, len(s.topics))
	for i, topic := range s.topics {
		var epoch string
		var seq uint64
		if i < len(given) {
			if epoch, seq = parsePlace(given[i]); seq > 0 {
				s.places[i] = given[i]
			}
		}
		if err := s.hub.board.Subscribe(s, topic, epoch, seq, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// parsePlace returns a seq of 0 for what is no place.
func parsePlace(s string) (epoch string, seq uint64) {
	const longest = 64
	epoch, digits, _ := strings.Cut(s, ".")
	seq, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || len(s) > longest {
		return "", 0
	}
	return epoch, seq
}

// Offer notes that there is something to ask for.
func (s *stream) Offer(v *state.View, _ *state.Frame) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.views = append(s.views, v)
	select {
	case s.news <- struct{}{}:
	default:
	}
	return false
}

// serve writes events until the reader has gone or the hub ends them.
func (s *stream) serve(ctx context.Context) {
	defer s.hurry()()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for err := s.write(comment); err == nil; {
		select {
		case <-ctx.Done():
			return
		case <-s.hub.events.Done():
			return
		case <-beat.C:
			err = s.write(comment)
		case <-s.news:
			err = s.write(s.collect())
		}
	}
}

// write returns when all is on its way to the reader. It has an error when that
// takes too long.
func (s *stream) write(text [][]byte) (err error) {
	s.limit(s.hub.cfg.WriteTimeout)
	if s.hub.events.Err() != nil {
		s.limit(farewell)
	}
	for i := 0; i < len(text) && err == nil; i++ {
		_, err = s.w.Write(text[i])
	}
	if err == nil {
		err = s.control.Flush()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && s.hub.events.Err() == nil {
		s.hub.Stats.Slow.Add(1)
		s.hub.cfg.Log.Warn("events ended: their reader does not read", "addr", s.addr)
	}
	return err
}

func (s *stream) limit(d time.Duration) {
	_ = s.control.SetWriteDeadline(time.Now().Add(d)) // without one, the server's holds
}

// hurry limits a write that is under way when events end. Its result undoes it.
func (s *stream) hurry() (undo func()) {
	done := make(chan struct{})
	stop := context.AfterFunc(s.hub.events, func() {
		defer close(done)
		s.limit(farewell)
	})
	return func() {
		if !stop() {
			<-done
		}
	}
}

// collect returns what is new as events. It does not copy the frames, of which a
// thousand readers that do not read would hold as many.
func (s *stream) collect() (text [][]byte) {
	s.mu.Lock()
	views := s.views
	s.views = nil
	s.mu.Unlock()
	for _, v := range views {
		f := v.Next(time.Now())
		if f == nil {
			continue
		}
		topic, epoch, seq := v.Place()
		s.places[slices.Index(s.topics, topic)] = epoch + "." + strconv.FormatUint(seq, 10)
		head := "id: " + strings.Join(s.places, ",") + "\nevent: topic\ndata: "
		text = append(text, []byte(head), f.Data(), eventEnd)
		s.hub.Stats.Out.Add(1)
	}
	return text
}

var eventEnd = []byte("\n\n")
