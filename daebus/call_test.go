package daebus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// mirror is a bus with one service on it, which answers each request with its
// own payload, in the goroutine that asks.
type mirror struct {
	sink
	inbox func(string, []byte)
	spare sync.Pool // of *mirrored
}

type mirrored struct {
	request wire.Request
	reply   []byte
}

func (m *mirror) Subscribe(_ context.Context, _ string, fn func(string, []byte)) (func(), error) {
	m.inbox = fn
	return func() {}, nil
}

func (m *mirror) PostFrom(_ daebus.Sender, _ uint64, _ string, msg []byte) error {
	s, _ := m.spare.Get().(*mirrored)
	if s == nil {
		s = new(mirrored)
	}
	if err := wire.ScanRequest(msg, &s.request); err != nil {
		return err
	}
	s.reply = wire.AppendResponse(s.reply[:0], wire.Success, s.request.Payload, s.request.ID, true)
	m.inbox("", s.reply)
	m.spare.Put(s)
	return nil
}

// distant is a mirror that answers in a goroutine of its own, one call at a time.
type distant struct {
	mirror
	msg    []byte
	posted chan struct{}
}

func newDistant(t *testing.T) *distant {
	d := &distant{posted: make(chan struct{})}
	var wg sync.WaitGroup
	wg.Go(func() {
		for range d.posted {
			if err := d.mirror.PostFrom(nil, 0, "", d.msg); err != nil {
				t.Error(err)
			}
		}
	})
	t.Cleanup(wg.Wait)
	t.Cleanup(func() { close(d.posted) })
	return d
}

func (d *distant) PostFrom(_ daebus.Sender, _ uint64, _ string, msg []byte) error {
	d.msg = append(d.msg[:0], msg...)
	d.posted <- struct{}{}
	return nil
}

func newCaller(t testing.TB, bus daebus.Bus) *daebus.Client {
	t.Helper()
	c := daebus.NewClient("asker")
	if _, err := c.Attach(t.Context(), daebus.Runtime{Bus: bus, After: context.AfterFunc}); err != nil {
		t.Fatal(err)
	}
	return c
}

// text is a JSON string of size bytes.
func text(size int) json.RawMessage {
	return json.RawMessage(`"` + strings.Repeat("x", size-2) + `"`)
}

func TestCallAllocatesNothing(t *testing.T) {
	if raced {
		t.Skip("the race detector empties pools")
	}
	timed, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	for _, bus := range []daebus.Bus{new(mirror), newDistant(t)} {
		client := newCaller(t, bus)
		for _, ctx := range []context.Context{context.Background(), t.Context(), timed} {
			small, large := text(256), text(16<<10)
			for _, in := range []any{small, &small, large} {
				var out json.RawMessage
				n := testing.AllocsPerRun(1000, func() {
					if err := client.Call(ctx, "svc", "raw", in, &out); err != nil {
						t.Error(err)
					}
				})
				if n != 0 {
					t.Errorf("%T, %v, %T: got %v allocations a call, want 0", bus, ctx, in, n)
				}
				if got := string(out); got != string(small) && got != string(large) {
					t.Errorf("got %.40s…, want what was sent", got)
				}
			}
		}
	}
}

// A call that follows others waits neither longer nor shorter, whatever timer
// they have left behind.
func TestTimeoutIsExactAfterOtherCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, app := daebustest.NewBus(), daebus.New("app")
		answers(t, bus, "svc", func(e envelope, _ string) { reply(bus, e, "success", "1", true) })
		answers(t, bus, "mute", func(envelope, string) {})
		daebustest.Run(t, bus, app)
		var wg sync.WaitGroup
		for i := range 20 {
			if err := app.Call(context.Background(), "svc", "a", nil, nil); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Duration(i) * 100 * time.Millisecond)
			wg.Go(func() {
				began := time.Now()
				if err := app.Call(context.Background(), "mute", "a", nil, nil); !errors.Is(err, daebus.Timeout) {
					t.Errorf("got %v, want timeout", err)
				}
				equal(t, "took", time.Since(began), daebus.DefaultTimeout)
			})
		}
		wg.Wait()
	})
}

func TestReplyComesAfterAnEarlyAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus, app := daebustest.NewBus(), daebus.New("app")
		answers(t, bus, "svc", func(e envelope, _ string) { reply(bus, e, "success", "1", true) })
		answers(t, bus, "slow", func(e envelope, _ string) {
			time.AfterFunc(daebus.DefaultTimeout-1, func() { reply(bus, e, "success", `"late"`, true) })
		})
		daebustest.Run(t, bus, app)
		for range 5 {
			time.Sleep(time.Second)
			app.Call(context.Background(), "svc", "a", nil, nil)
		}
		var out string
		err := app.Call(context.Background(), "slow", "a", nil, &out)
		equal(t, "call", fmt.Sprint(out, err), "late<nil>")
	})
}

// Raw JSON is taken without another look at it, but not from an error, and not
// when it is none.
func TestRawReplies(t *testing.T) {
	for _, c := range []struct{ status, payload, want string }{
		{"success", `{"n": 1.0}`, `{"n": 1.0} <nil>`},
		{"success", `null`, `null <nil>`},
		{"error", `{"error":"no","code":"busy"}`, `before call svc.a: busy: no`},
		{"success", `NaN`, `before call svc.a: timeout: no answer in time`},
	} {
		synctest.Test(t, func(t *testing.T) {
			bus, app := daebustest.NewBus(), daebus.New("app")
			answers(t, bus, "svc", func(e envelope, _ string) { reply(bus, e, c.status, c.payload, true) })
			daebustest.Run(t, bus, app)
			out := json.RawMessage("before")
			err := app.Call(t.Context(), "svc", "a", nil, &out)
			equal(t, c.payload, fmt.Sprintf("%s %v", out, err), c.want)
		})
	}
}

func TestRawRequests(t *testing.T) {
	bus, app := daebustest.NewBus(), daebus.New("app")
	var got string
	answers(t, bus, "svc", func(e envelope, _ string) {
		got = string(e.Payload)
		reply(bus, e, "success", "null", true)
	})
	daebustest.Run(t, bus, app)
	var none json.RawMessage
	tagged := json.RawMessage(`{"a": "<b>"}`)
	for _, c := range []struct {
		in   any
		want string
	}{
		{tagged, `{"a": "<b>"}`},
		{&tagged, `{"a": "<b>"}`},
		{none, "null"},
		{&none, "null"},
		{(*json.RawMessage)(nil), "null"},
		{json.RawMessage("\"\xff\""), "\"\uFFFD\""},
	} {
		if err := app.Call(t.Context(), "svc", "a", c.in, nil); err != nil {
			t.Error(err)
		}
		equal(t, fmt.Sprintf("%T", c.in), got, c.want)
	}
}

// cutter is a bus whose link is lost in the middle of the first post.
type cutter struct {
	mirror
	client *daebus.Client
}

func (c *cutter) PostFrom(sender daebus.Sender, number uint64, channel string, msg []byte) error {
	if client := c.client; client != nil {
		c.client = nil
		client.LinkDown(errors.New("cable"))
		return daebus.Errorf(daebus.Busy, "full")
	}
	return c.mirror.PostFrom(sender, number, channel, msg)
}

func TestCallThatFailsTwiceLeavesNothingBehind(t *testing.T) {
	bus := new(cutter)
	bus.client = newCaller(t, bus)
	client := bus.client
	equal(t, "first", client.Call(t.Context(), "svc", "a", nil, nil), "call svc.a: busy: full")
	equal(t, "second", client.Call(t.Context(), "svc", "a", nil, nil), nil)
}
