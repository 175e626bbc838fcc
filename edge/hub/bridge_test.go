package hub_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
	"github.com/daebus/daebus-go/edge/hub"
)

// bridge serves app with a bridge to all of a bus.
func bridge(t *testing.T, app *daebus.App, cfg hub.Config) (*served, *daebustest.Bus) {
	t.Helper()
	bus := daebustest.NewBus()
	cfg.Bridge = []string{"*"}
	s := serve(t, app, cfg)
	detach, err := app.Attach(t.Context(), daebus.Runtime{Bus: bus, Screens: s.Hub})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(detach)
	return s, bus
}

func ask(service, action, id string) string {
	return `{"type":"publish","channel":"` + service + `","data":{"action":"` + action + `","payload":{},"reply_channel":"reply_1","request_id":"` + id + `"}}`
}

// gated is a service with an action that waits for a gate.
func gated(gate <-chan struct{}) (app *daebus.App, running, ended chan error) {
	app = newApp()
	running, ended = make(chan error, 100), make(chan error, 100)
	app.Action("echo", echo)
	app.Action("wait", daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
		running <- nil
		select {
		case <-gate:
		case <-ctx.Done():
		}
		ended <- ctx.Err()
		return "done", nil
	}))
	return app, running, ended
}

func TestBridgedFloodIsAnsweredBusy(t *testing.T) {
	gate := make(chan struct{})
	app, _, _ := gated(gate)
	s, _ := bridge(t, app, hub.Config{})
	c := dial(t, s.url)
	const flood = 200
	for i := range flood {
		c.send(ask("kiosk", "wait", fmt.Sprint("r", i)))
	}
	// One runs, 16 wait in the peer's lane, and all others are refused.
	for range flood - 17 {
		if got := c.receive(); !strings.Contains(got, `"success":false`) || !strings.HasSuffix(got, `"code":"busy"}`) {
			t.Fatalf("got %s, want busy", got)
		}
	}
	close(gate)
	for i := range 17 {
		c.want(fmt.Sprintf(`{"type":"response","request_id":"r%d","success":true,"data":"done"}`, i))
	}
	c.send(ask("kiosk", "echo", "after"))
	c.want(`{"type":"response","request_id":"after","success":true,"data":{}}`)
}

func TestAnActionOfAPeerThatGoesIsToldSo(t *testing.T) {
	app, running, ended := gated(nil)
	left := make(chan struct{})
	app.OnPeer(nil, func(context.Context, daebus.Peer) {
		if len(ended) == 0 {
			t.Error("the peer left before its request was done")
		}
		close(left)
	})
	s, _ := bridge(t, app, hub.Config{})
	c := dial(t, s.url)
	c.send(ask("kiosk", "wait", "1"))
	within(t, running)
	c.CloseNow()
	within(t, left)
	if err := within(t, ended); err != context.Canceled {
		t.Errorf("got %v, want canceled", err)
	}
}

func TestActionsHaveLanesOfTheirOwn(t *testing.T) {
	gate := make(chan struct{})
	app, running, _ := gated(gate)
	var mu sync.Mutex
	asked := map[string]int{}
	s, _ := bridge(t, app, hub.Config{ActionLane: func(action string) hub.Lane {
		mu.Lock()
		defer mu.Unlock()
		asked[action]++
		return goLane{}
	}})
	c := dial(t, s.url)
	c.send(ask("kiosk", "wait", "1"))
	within(t, running)
	c.send(ask("kiosk", "echo", "2"))
	c.want(`{"type":"response","request_id":"2","success":true,"data":{}}`)
	close(gate)
	c.want(`{"type":"response","request_id":"1","success":true,"data":"done"}`)
	if asked["wait"] != 1 || asked["echo"] != 1 || len(asked) != 2 {
		t.Errorf("got %v", asked)
	}
}

// goLane runs each task in a goroutine of its own.
type goLane struct{}

func (goLane) Submit(task func()) bool {
	go task()
	return true
}

// Many peers subscribe, ask with the same ids and go, all at once: each gets its
// own answers, and nothing is left on the bus.
func TestBridgedStorm(t *testing.T) {
	app, _, _ := gated(nil)
	s, bus := bridge(t, app, hub.Config{QueueBytes: 1 << 20})
	asker := daebus.NewClient("py")
	if _, err := asker.Attach(t.Context(), daebus.Runtime{Bus: bus}); err != nil {
		t.Fatal(err)
	}
	py := daebus.New("py")
	py.Action("whoami", echo)
	daebustest.Run(t, bus, py)

	var wg sync.WaitGroup
	for peer := range 20 {
		wg.Go(func() {
			c := dial(t, s.url)
			defer c.CloseNow()
			for i := range 50 {
				channel := fmt.Sprint("c", i%7)
				c.send(`{"type":"subscribe","channel":"` + channel + `"}`)
				c.send(strings.Replace(ask("py", "whoami", fmt.Sprint(i)), "{}", fmt.Sprint(peer), 1))
				c.send(`{"type":"broadcast","channel":"` + channel + `","data":"news"}`)
				want := fmt.Sprintf(`{"type":"response","request_id":"%d","success":true,"data":%d}`, i, peer)
				for got := ""; got != want; got = c.receive() {
					if strings.Contains(got, "request_id") {
						t.Errorf("peer %d got %s, want %s", peer, got, want)
						return
					}
				}
				if i%3 == 0 {
					c.send(`{"type":"unsubscribe","channel":"` + channel + `"}`)
				}
			}
		})
	}
	wg.Wait()
	closeHub(t, s.Hub)
	for i := range 7 {
		if n, err := bus.Publish(t.Context(), fmt.Sprint("c", i), []byte("1")); n != 0 || err != nil {
			t.Errorf("c%d: %d subscriptions are left, %v", i, n, err)
		}
	}
}
