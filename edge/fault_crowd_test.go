package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/link"
)

// crowd asks a service over the bus itself, number by number, and keeps account
// of what comes back.
type crowd struct {
	t       *testing.T
	bus     *link.Link
	service string
	inbox   string
	stop    func()     // ends the asking and waits for it
	mu      sync.Mutex // guards below
	asked   []question // by number
	wrong   []string
}

type question struct {
	at      time.Time
	sent    bool // somebody got it
	answers int
}

// gather lets a crowd ask forty times a second until it leaves.
func gather(t *testing.T, addr, service string) *crowd {
	c := &crowd{t: t, service: service, inbox: "caller:of-" + service}
	c.bus = link.New(link.Config{Address: addr, Ping: ping, Log: slog.New(slog.DiscardHandler)})
	running, halt := context.WithCancel(context.Background())
	asking, stop := context.WithCancel(context.Background())
	var bus, self sync.WaitGroup
	bus.Go(func() { c.bus.Run(running) })
	t.Cleanup(func() {
		c.stop()
		halt()
		bus.Wait()
	})
	c.stop = func() {
		stop()
		self.Wait()
	}
	<-c.bus.Settled()
	if _, err := c.bus.Subscribe(t.Context(), c.inbox, c.hear); err != nil {
		t.Error(err)
	}
	self.Go(func() {
		for range daebus.Ticks(asking, 25*time.Millisecond) {
			c.ask(asking)
		}
	})
	return c
}

func (c *crowd) ask(ctx context.Context) {
	c.mu.Lock()
	n := len(c.asked)
	c.asked = append(c.asked, question{at: time.Now()})
	c.mu.Unlock()
	got, err := c.bus.Publish(ctx, c.service, fmt.Appendf(nil,
		`{"action":"work","payload":%d,"reply_to":%q,"request_id":"%d","service":%q}`, n, c.inbox, n, c.service))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[n].sent = err == nil && got > 0
}

func (c *crowd) hear(_ string, msg []byte) {
	var r struct {
		Status  string
		Payload json.RawMessage
		ID      string `json:"request_id"`
		Final   bool
	}
	err := json.Unmarshal(msg, &r)
	n, _ := strconv.Atoi(r.ID)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || r.Status != "success" || !r.Final || string(r.Payload) != r.ID || n < 0 || n >= len(c.asked) {
		c.wrong = append(c.wrong, string(msg))
		return
	}
	c.asked[n].answers++
}

// answered waits for so many answers to what was asked after since.
func (c *crowd) answered(since time.Time, want int) {
	c.t.Helper()
	eventually(c.t, fmt.Sprintf("%d answers", want), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		got := 0
		for i := len(c.asked) - 1; i >= 0 && c.asked[i].at.After(since); i-- {
			if c.asked[i].answers > 0 {
				got++
			}
		}
		return got >= want
	})
}

// forgive forgets the wrong answers, and returns how many there were.
func (c *crowd) forgive() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() { c.wrong = nil }()
	return len(c.wrong)
}

// leave stops asking and waits for what has not been answered of what was asked
// after whole. Nothing may have been answered wrongly, or twice.
func (c *crowd) leave(whole time.Time) (account string) {
	c.t.Helper()
	c.stop()
	eventually(c.t, "everything is answered", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, q := range c.asked {
			if q.at.After(whole) && q.sent && q.answers == 0 {
				return false
			}
		}
		return true
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	lost, unsent := 0, 0
	for n, q := range c.asked {
		switch {
		case q.answers > 1:
			c.t.Errorf("question %d was answered %d times", n, q.answers)
		case q.answers == 0 && q.sent:
			lost++
		case q.answers == 0:
			unsent++
		}
	}
	for _, w := range c.wrong {
		c.t.Errorf("wrong answer %s", w)
	}
	return fmt.Sprintf("%d asked, %d to nobody, %d lost", len(c.asked), unsent, lost)
}
