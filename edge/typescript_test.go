package edge_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// typescript is a client that behaves as the published one for TypeScript and React
// does: shared/wire/daebus.md, section 4. It takes any frame with a request_id that
// it waits for as the one reply, and any with a channel and data for a message.
type typescript struct {
	t   *testing.T
	url string

	mu       sync.Mutex // guards below
	screen   *screen
	requests int
	waiting  map[string]chan result
	channels map[string]chan string
	others   chan string // what it does not know
	closed   chan uint16 // each close code
	wg       sync.WaitGroup
}

type result struct {
	Success bool
	Data    json.RawMessage
	Error   string
	Code    string
}

func newTypescript(t *testing.T, url string) *typescript {
	c := &typescript{
		t:        t,
		url:      url,
		waiting:  map[string]chan result{},
		channels: map[string]chan string{},
		others:   make(chan string, 100),
		closed:   make(chan uint16, 100),
	}
	c.connect()
	t.Cleanup(c.wg.Wait)
	t.Cleanup(func() { c.screen.conn.Close() })
	return c
}

// connect subscribes anew to what was subscribed before.
func (c *typescript) connect() {
	addr := strings.TrimPrefix(c.url, "http://")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		c.t.Fatal(err)
	}
	s := shakeHands(c.t, conn, addr, "/ws")
	c.mu.Lock()
	c.screen = s
	for channel := range c.channels {
		s.send(`{"type":"subscribe","channel":"` + channel + `"}`)
	}
	c.mu.Unlock()
	c.wg.Go(func() { c.read(s) })
}

func (c *typescript) read(s *screen) {
	for {
		opcode, text, err := s.next()
		switch {
		case err != nil:
			return
		case opcode == closeFrame:
			c.closed <- binary.BigEndian.Uint16([]byte(text))
			return
		case opcode == textFrame:
			c.take(text)
		}
	}
}

func (c *typescript) take(text string) {
	var frame struct {
		result
		RequestID string `json:"request_id"`
		Channel   string
	}
	if err := json.Unmarshal([]byte(text), &frame); err != nil {
		c.t.Errorf("%s: %v", text, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if reply, ok := c.waiting[frame.RequestID]; ok {
		delete(c.waiting, frame.RequestID)
		reply <- frame.result
	} else if heard, ok := c.channels[frame.Channel]; ok && frame.Data != nil {
		heard <- string(frame.Data)
	} else {
		c.others <- text
	}
}

// sendAction asks, and returns where the reply will be.
func (c *typescript) sendAction(service, action, payload string) <-chan result {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	id := fmt.Sprintf("req_%d_%d", time.Now().UnixMilli(), c.requests)
	reply := make(chan result, 1)
	c.waiting[id] = reply
	c.screen.send(fmt.Sprintf(`{"type":"publish","channel":%q,"data":{"action":%q,"payload":%s,"reply_channel":"reply_%s","request_id":%q,"timestamp":%d}}`,
		service, action, payload, id, id, time.Now().UnixMilli()))
	return reply
}

func (c *typescript) want(service, action, payload string, want result) {
	c.t.Helper()
	got := receive(c.t, c.sendAction(service, action, payload))
	if got.Success != want.Success || got.Code != want.Code || !strings.HasPrefix(got.Error, want.Error) || string(got.Data) != string(want.Data) {
		c.t.Errorf("%s.%s(%s): got %+v %s, want %+v", service, action, payload, got, got.Data, want)
	}
}

func (c *typescript) subscribe(channel string) <-chan string {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := make(chan string, 100)
	c.channels[channel] = heard
	c.screen.send(`{"type":"subscribe","channel":"` + channel + `"}`)
	return heard
}

func (c *typescript) send(frame string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.screen.send(frame)
}
