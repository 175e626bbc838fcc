package daebus_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func on(kind, channel string) string { return `{"type":"` + kind + `","channel":"` + channel + `"}` }

func message(channel, data string) string {
	return `{"type":"channel_message","channel":"` + channel + `","data":` + data + `}`
}

// say publishes on a channel and reports how many heard it.
func (c *crossed) say(channel, msg string) int {
	c.t.Helper()
	n, err := c.bus.Publish(c.t.Context(), channel, []byte(msg))
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestPeersShareOneSubscription(t *testing.T) {
	c := newCrossed(t, "news", "sport")
	other := c.svc.Connect()
	for range 3 {
		c.want(on("subscribe", "news"))
		other.Write(on("subscribe", "news"))
	}
	c.want(on("subscribe", "sport"))
	equal(t, "subscriptions", c.say("news", `{"n": 9007199254740993}`), 1)
	c.wants("news", message("news", `{"n": 9007199254740993}`))
	equal(t, "news", other.Read(), message("news", `{"n": 9007199254740993}`))

	c.want(on("unsubscribe", "news"))
	c.want(on("unsubscribe", "news"))
	equal(t, "subscriptions", c.say("news", `2`), 1)
	c.wants("after unsubscribe")
	equal(t, "news", other.Read(), message("news", `2`))
	other.Close()
	equal(t, "after the last has gone", c.say("news", `3`), 0)

	equal(t, "sport", c.say("sport", `4`), 1)
	c.wants("sport", message("sport", `4`))
	c.Close()
	equal(t, "after all have gone", c.say("sport", `5`), 0)
	late := c.svc.Connect()
	late.Write(on("subscribe", "news"))
	equal(t, "who comes later", c.say("news", `6`), 1)
	equal(t, "news", late.Read(), message("news", `6`))
	if n := c.svc.Stats().Withheld.Load(); n != 0 {
		t.Errorf("%d messages were withheld", n)
	}
}

func TestWhatSubscribersDoNotGet(t *testing.T) {
	c := newCrossed(t, "news")
	c.want(on("subscribe", "news"))
	for _, msg := range []string{`{"action":"x","reply_to":"caller:1","request_id":"1"}`, `hello`, ``, `{"a":NaN}`, "\xd9\xd9\xf7\xa0"} {
		c.say("news", msg)
		c.wants(msg)
	}
	equal(t, "withheld", c.svc.Stats().Withheld.Load(), 5)
	c.say("news", "\"\xff\"")
	c.wants("not UTF-8", message("news", "\"\uFFFD\""))
}

func TestChannelsOfOnePeerAreBounded(t *testing.T) {
	c := newCrossed(t, "*")
	for i := range 64 {
		c.want(on("subscribe", fmt.Sprint("c", i)))
	}
	c.want(on("subscribe", "c0"))
	c.want(on("subscribe", "c64"), `{"type":"error","error":"subscribed to 64 channels already","code":"busy"}`)
	c.want(on("unsubscribe", "c0"))
	c.want(on("subscribe", "c64"))
	equal(t, "c0", c.say("c0", "1"), 0)
	equal(t, "c64", c.say("c64", "1"), 1)
}

func TestSubscribeStorm(t *testing.T) {
	c := newCrossed(t, "*")
	for i := range 1000 {
		c.Write(on("subscribe", fmt.Sprint("c", i%70)))
		c.Write(on("unsubscribe", fmt.Sprint("c", i*7%70)))
	}
	for c.Read() != "" {
	}
	c.Close()
	for i := range 70 {
		equal(t, "subscriptions that are left", c.say(fmt.Sprint("c", i), "1"), 0)
	}
}

func TestSubscriptionsOutliveTheLink(t *testing.T) {
	c := newCrossed(t, "news")
	c.bus.Cut(nil)
	c.want(on("subscribe", "news"))
	const down = `"error":"the link is down","code":"unavailable"}`
	c.want(`{"type":"broadcast","channel":"news","data":1}`, `{"type":"error",`+down)
	c.want(`{"type":"publish","channel":"news","data":{"action":"x"}}`, `{"type":"error",`+down)
	c.want(bridged("news", "x", "{}", "1"), `{"type":"response","request_id":"1","success":false,`+down)
	c.bus.Heal()
	c.want(`{"type":"broadcast","channel":"news","data":1}`, message("news", "1"))
}

func TestTheLinkIsLostMeanwhile(t *testing.T) {
	c := newCrossed(t, "py")
	py := c.python("py")
	c.Write(bridged("py", "x", "{}", "1"))
	c.bus.Cut(errors.New("cable"))
	c.wants("lost", `{"type":"response","request_id":"1","success":false,"error":"the link to the bus was lost before the reply came","code":"unavailable"}`)
	c.bus.Heal()
	py.answer(t, "success", "1", true)
	c.wants("late")
	equal(t, "stray", c.app.Stray.Load(), 1)
}

func TestRequestsOfOnePeerAreBounded(t *testing.T) {
	c := newCrossed(t, "py")
	py := c.python("py")
	other := c.svc.Connect()
	for round := range 3 {
		for i := range 32 {
			c.want(bridged("py", "x", "{}", fmt.Sprint(i)))
		}
		c.want(bridged("py", "x", "{}", "32"),
			`{"type":"response","request_id":"32","success":false,"error":"32 requests of this peer wait for their reply","code":"busy"}`)
		other.Write(bridged("py", "x", "{}", "other"))
		equal(t, "asked", len(py.asks), 33)
		for range 33 {
			py.answer(t, "success", fmt.Sprint(round), true)
		}
		for i := range 32 {
			equal(t, "reply", c.Read(), fmt.Sprintf(`{"type":"response","request_id":"%d","success":true,"data":%d}`, i, round))
		}
		equal(t, "other", other.Read(), fmt.Sprintf(`{"type":"response","request_id":"other","success":true,"data":%d}`, round))
	}
}

func TestThePeerGoesWithRequestsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrossed(t, "py")
		py := c.python("py")
		for i := range 5 {
			c.want(bridged("py", "x", "{}", fmt.Sprint(i)))
		}
		c.Close()
		synctest.Wait()
		for range 5 {
			py.answer(t, "success", "1", true)
		}
		equal(t, "stray", c.app.Stray.Load(), 5)
		other := c.svc.Connect()
		other.Write(bridged("py", "x", "{}", "0")) // in a place that is free again
		py.answer(t, "success", `"mine"`, true)
		equal(t, "other", other.Read(), `{"type":"response","request_id":"0","success":true,"data":"mine"}`)
	})
}

func TestARequestThatIsNeverAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrossed(t, "py")
		py := c.python("py")
		for _, tt := range []struct {
			timeout string
			want    time.Duration
		}{
			{``, 30 * time.Second},
			{`"timeout_ms":1500,`, 1500 * time.Millisecond},
			{`"timeout_ms":99999999999,`, 10 * time.Minute},
		} {
			start := time.Now()
			c.want(strings.Replace(bridged("py", "x", "{}", "1"), `"action"`, tt.timeout+`"action"`, 1))
			got := ""
			for ; got == ""; got = c.Read() {
				time.Sleep(100 * time.Millisecond)
				synctest.Wait()
			}
			equal(t, tt.timeout, got, `{"type":"response","request_id":"1","success":false,"error":"no answer in time","code":"timeout"}`)
			equal(t, tt.timeout, time.Since(start), tt.want)
			py.answer(t, "success", "1", true)
			c.wants("late")
		}
	})
}

// refusing is a bus whose users may not have every channel.
type refusing struct {
	*daebustest.Bus
	refused []func(error)
}

func (r *refusing) Follow(channel string, fn func(string, []byte), refused func(error)) (func(), error) {
	if channel == "full" {
		return nil, daebus.Errorf(daebus.Busy, "the link is full")
	}
	r.refused = append(r.refused, refused)
	return r.Bus.Follow(channel, fn, refused)
}

func TestTheBusRefusesAChannel(t *testing.T) {
	app := daebus.New("kiosk")
	service, err := app.Service()
	if err != nil {
		t.Fatal(err)
	}
	bus := &refusing{Bus: daebustest.NewBus()}
	if _, err := app.Attach(t.Context(), daebus.Runtime{Bus: bus}); err != nil {
		t.Fatal(err)
	}
	bridge := daebus.NewBridge(service, []string{"*"}, nil)
	screens := daebus.New("screens") // whose peers stand for the kiosk's
	svc := daebustest.Run(t, bus.Bus, screens)
	first, second := svc.Connect(), svc.Connect()
	var x []*daebus.Crossing
	for _, p := range screens.Peers() {
		x = append(x, bridge.Open(p.(daebus.FramePeer)))
	}
	take := func(x *daebus.Crossing, frame string) {
		var f daebus.Frame
		f.Read([]byte(frame))
		x.Take(&f, time.Time{})
	}
	take(x[0], on("subscribe", "secret"))
	take(x[1], on("subscribe", "secret"))
	take(x[0], on("subscribe", "full"))
	equal(t, "full", first.Read(), `{"type":"error","error":"the link is full","code":"busy"}`)
	bus.refused[0](daebus.Errorf(daebus.Denied, "NOPERM"))
	for _, p := range []*daebustest.Peer{first, second} {
		equal(t, "refused", p.Read(), `{"type":"error","error":"the bus refuses the channel secret","code":"denied"}`)
	}
	take(x[0], on("subscribe", "secret"))
	equal(t, "asked", len(bus.refused), 2)
	bus.refused[0](daebus.Errorf(daebus.Denied, "NOPERM")) // of the one before
	equal(t, "told twice", first.Read(), "")
	for range 2 {
		x[0].Close()
		x[1].Close()
	}
}

// Calls of peers take no more room than there are at a time. The number behind the
// first dot of an id is that of its room.
func TestBridgedCallsReuseTheirRoom(t *testing.T) {
	c := newCrossed(t, "coffee")
	var ids []string
	if _, err := c.bus.Subscribe(t.Context(), "coffee", func(_ string, msg []byte) {
		_, rest, _ := strings.Cut(string(msg), `"request_id":"`)
		id, _, _ := strings.Cut(rest, `"`)
		_, reply, _ := strings.Cut(string(msg), `"reply_to":"`)
		inbox, _, _ := strings.Cut(reply, `"`)
		ids = append(ids, id)
		c.say(inbox, `{"status":"success","payload":1,"request_id":"`+id+`","final":true}`)
	}); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		c.want(bridged("coffee", "brew", "{}", "r"), `{"type":"response","request_id":"r","success":true,"data":1}`)
	}
	equal(t, "calls", len(ids), 100)
	first, last := strings.Split(ids[0], "."), strings.Split(ids[99], ".")
	if len(first) != 3 || len(last) != 3 || first[1] != last[1] || first[2] == last[2] {
		t.Errorf("got the ids %v, then %v", first, last)
	}
}
