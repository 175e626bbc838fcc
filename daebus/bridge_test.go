package daebus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// crossed is a service with a bridge to everything, a peer, and the bus.
type crossed struct {
	t   *testing.T
	bus *daebustest.Bus
	app *daebus.App
	svc *daebustest.Service
	*daebustest.Peer
}

func newCrossed(t *testing.T, reach ...string) *crossed {
	bus, app := daebustest.NewBus(), daebus.New("kiosk")
	app.Action("echo", raw)
	app.Action("secret", failing(errors.New("the password is 1234")))
	app.Action("full", failing(daebus.Busy))
	app.Action("work", daebus.Progress(func(_ context.Context, n int, report func(int) error) (string, error) {
		for i := range n {
			if err := report(i); err != nil {
				return "", err
			}
		}
		return "done", nil
	}))
	app.Socket("echo", raw)
	svc := daebustest.Run(t, bus, app)
	if reach != nil {
		svc.Bridge(reach...)
	}
	return &crossed{t, bus, app, svc, svc.Connect()}
}

// want sends a frame and wants these answers, and no more.
func (c *crossed) want(frame string, answers ...string) {
	c.t.Helper()
	c.Write(frame)
	c.wants(frame, answers...)
}

func (c *crossed) wants(what string, answers ...string) {
	c.t.Helper()
	for _, want := range append(answers, "") {
		equal(c.t, what, c.Read(), want)
	}
}

// bridged is what sendAction sends.
func bridged(service, action, payload, id string) string {
	return `{"type":"publish","channel":"` + service + `","data":{"action":"` + action + `","payload":` + payload +
		`,"reply_channel":"reply_` + id + `","request_id":"` + id + `","timestamp":1795226167518}}`
}

func TestBridgedRequestToTheServiceItself(t *testing.T) {
	c := newCrossed(t)
	heard := 0
	if _, err := c.bus.Subscribe(t.Context(), "*", func(string, []byte) { heard++ }); err != nil {
		t.Fatal(err)
	}
	result := func(data string) string {
		return `{"type":"response","request_id":"req_1","success":true,"data":` + data + `}`
	}
	failure := func(text, code string) string {
		return `{"type":"response","request_id":"req_1","success":false,"error":"` + text + `","code":"` + code + `"}`
	}
	for _, down := range []bool{false, true} {
		if down {
			c.bus.Cut(nil) // nothing of this needs the bus
		}
		c.want(bridged("kiosk", "echo", `{"n":9007199254740993}`, "req_1"), result(`{"n":9007199254740993}`))
		c.want(bridged("kiosk", "echo", `null`, "req_1"), result(`null`))
		c.want(bridged("kiosk", "full", `{}`, "req_1"), failure("busy", "busy"))
		c.want(bridged("kiosk", "secret", `{}`, "req_1"), failure("internal error", "internal"))
		c.want(bridged("kiosk", "nope", `{}`, "req_1"), failure(`kiosk has no action \"nope\"`, "not_found"))
		c.want(bridged("kiosk", "work", `"two"`, "req_1"), failure("payload: got string; want a whole number", "invalid"))
		c.want(bridged("kiosk", "work", `2`, "req_1"),
			`{"type":"progress","data":{"request_id":"req_1","payload":0}}`,
			`{"type":"progress","data":{"request_id":"req_1","payload":1}}`, result(`"done"`))
		c.want(`{"type":"publish","channel":"kiosk","data":{"request_id":"req_1"}}`, failure(`no action; want {\"action\": \"…\"}`, "invalid"))
		c.want(`{"type":"publish","channel":"kiosk","data":5,"request_id":7}`,
			`{"type":"response","request_id":7,"success":false,"error":"byte 0: want a JSON object, found a number","code":"invalid"}`)
		c.want(bridged("kiosk", "echo", "\"\xff\"", "req_1"), result("\"\uFFFD\""))
		c.want(bridged("kiosk", "echo", "1", "\xff"))
		c.want(bridged("kiosk", "echo", "1", strings.Repeat("x", 300)), `{"type":"error","error":"request_id has 302 bytes; want at most 256","code":"invalid"}`)

		// Without an id there is no reply, and no address in it counts.
		c.want(`{"type":"publish","channel":"kiosk","data":{"action":"echo","payload":1,"reply_to":"caller:x","service":"x"}}`)
		c.want(`{"type":"publish","channel":"kiosk","data":{"action":"work","payload":2}}`)
		c.want(`{"type":"publish","channel":"kiosk","data":{"action":"nope"}}`)
		c.want(`{"type":"publish","channel":"kiosk","data":{"action":"echo","request_id":1,"payload":1,"reply_to":"caller:x","service":"x"}}`,
			`{"type":"response","request_id":1,"success":true,"data":1}`)

		c.want(`{"type":"echo","data":"a"}`, `{"type":"response","data":"a"}`) // one connection, both dialects
		c.want(`{"type":"publish","channel":5}`, `{"type":"error","error":"No handler found for message type 'publish'"}`)
	}
	equal(t, "messages on the bus", heard, 0)
}

// python is a service as the original writes one: it answers what a test says.
type python struct {
	bus  *daebustest.Bus
	asks []wire.Request
}

func (c *crossed) python(name string) *python {
	c.t.Helper()
	p := &python{bus: c.bus}
	if _, err := c.bus.Subscribe(c.t.Context(), name, func(_ string, msg []byte) {
		var r wire.Request
		if err := wire.ScanRequest([]byte(string(msg)), &r); err != nil {
			c.t.Errorf("%s: %v", msg, err)
		}
		p.asks = append(p.asks, r)
	}); err != nil {
		c.t.Fatal(err)
	}
	return p
}

// answer replies to the oldest request.
func (p *python) answer(t *testing.T, status, payload string, final bool) {
	t.Helper()
	r := p.asks[0]
	if final {
		p.asks = p.asks[1:]
	}
	msg := fmt.Sprintf(`{"status": %q, "payload": %s, "request_id": %s, "final": %v}`, status, payload, r.ID, final)
	if err := p.bus.Post(string(r.ReplyTo), []byte(msg)); err != nil {
		t.Fatal(err)
	}
}

func TestBridgedRequestToAnotherService(t *testing.T) {
	c := newCrossed(t, "py_service")
	py := c.python("py_service")
	for _, a := range []struct {
		status, payload string
		want            string
	}{
		{"success", `{"n": 9007199254740993}`, `true,"data":{"n": 9007199254740993}}`},
		{"success", `null`, `true,"data":null}`},
		{"success", "\"\xff\"", "true,\"data\":\"\uFFFD\"}"},
		{"error", `{"error": "Missing record ID"}`, `false,"error":"Missing record ID","code":"internal"}`},
		{"error", `{"error": "the password is 1234", "code": "internal"}`, `false,"error":"internal error","code":"internal"}`},
		{"error", `{"error": "closed", "code": "denied"}`, `false,"error":"closed","code":"denied"}`},
		{"error", `5`, `false,"error":"internal error","code":"internal"}`},
	} {
		c.want(bridged("py_service", "get_record", `{"id":1}`, "req_1"))
		r := py.asks[0]
		if string(r.Action) != "get_record" || string(r.Payload) != `{"id":1}` || string(r.Service) != "py_service" ||
			!strings.HasPrefix(string(r.ReplyTo), "caller:") || string(r.ID) == `"req_1"` || r.Timeout < 29_000 || r.Timeout > 30_000 {
			t.Errorf("got %s %s for %s, to %s under %s in %d ms", r.Action, r.Payload, r.Service, r.ReplyTo, r.ID, r.Timeout)
		}
		py.answer(t, "success", `40`, false)
		py.answer(t, "progress", `80`, false)
		py.answer(t, a.status, a.payload, true)
		c.wants(a.payload,
			`{"type":"progress","data":{"request_id":"req_1","payload":40}}`,
			`{"type":"progress","data":{"request_id":"req_1","payload":80}}`,
			`{"type":"response","request_id":"req_1","success":`+a.want)
	}
	c.want(`{"type":"publish","channel":"py_service","data":{"request_id":"x"}}`,
		`{"type":"response","request_id":"x","success":false,"error":"no action; want {\"action\": \"…\"}","code":"invalid"}`)
	equal(t, "asked too much", len(py.asks), 0)
}

func TestNobodyServesIt(t *testing.T) {
	c := newCrossed(t, "*")
	c.want(bridged("ghost", "x", `{}`, "a"), `{"type":"response","request_id":"a","success":false,"error":"nobody serves \"ghost\"","code":"unavailable"}`)
	c.want(`{"type":"publish","channel":"ghost","data":{"action":"x"}}`)
}

func TestTwoPeersWithEqualRequestIDs(t *testing.T) {
	c := newCrossed(t, "py")
	py := c.python("py")
	other := c.svc.Connect()
	c.Write(bridged("py", "first", "{}", "req_1_1"))
	other.Write(bridged("py", "second", "{}", "req_1_1"))
	c.Write(bridged("py", "third", "{}", "req_1_1"))
	first := py.asks[0]
	py.asks = append(py.asks[1:], first)
	py.answer(t, "success", `2`, true)
	py.answer(t, "success", `3`, true)
	c.wants("third", `{"type":"response","request_id":"req_1_1","success":true,"data":3}`)
	equal(t, "second", other.Read(), `{"type":"response","request_id":"req_1_1","success":true,"data":2}`)
	py.asks = append(py.asks, first)
	py.answer(t, "success", `1`, true)
	c.wants("first", `{"type":"response","request_id":"req_1_1","success":true,"data":1}`)
	py.answer(t, "success", `1`, true) // the second final reply
	c.wants("first")
	equal(t, "stray", c.app.Stray.Load(), 1)
}

func TestWhatTheBridgeRefuses(t *testing.T) {
	denied := func(name string) string {
		text, _ := json.Marshal(fmt.Sprintf("%q is not open to WebSocket peers; add it to the bridge", name))
		return string(text)
	}
	own, all := newCrossed(t), newCrossed(t, "*")
	for _, tt := range []struct {
		on   *crossed
		name string
	}{
		{own, "py_service"}, {own, "kiosk2"}, {own, "kios"}, {own, "Kiosk"},
		{all, "$SRV.PING"}, {all, "__sentinel__:hello"}, {all, "kiosk.responses"}, {all, "x.workflows"},
		{newCrossed(t, "shop.*", "exact"), "shop"}, {newCrossed(t, "exact"), "exactly"}, {newCrossed(t, []string{}...), "py"},
	} {
		heard := 0
		if _, err := tt.on.bus.Subscribe(t.Context(), tt.name, func(string, []byte) { heard++ }); err != nil {
			t.Fatal(err)
		}
		text := denied(tt.name)
		tt.on.want(bridged(tt.name, "x", "{}", "1"), `{"type":"response","request_id":"1","success":false,"error":`+text+`,"code":"denied"}`)
		for _, frame := range []string{
			`{"type":"publish","channel":"` + tt.name + `","data":{"action":"x"}}`,
			`{"type":"broadcast","channel":"` + tt.name + `","data":{}}`,
			`{"type":"subscribe","channel":"` + tt.name + `"}`,
			`{"type":"unsubscribe","channel":"` + tt.name + `"}`,
		} {
			tt.on.want(frame, `{"type":"error","error":`+text+`,"code":"denied"}`)
		}
		tt.on.want(`{"type":"subscribe","channel":"`+tt.name+`","id":7}`, `{"type":"error","data":{"error":`+text+`,"code":"denied"},"id":7}`)
		equal(t, tt.name+": messages", heard, 0)
	}
	for _, name := range []string{"", "*", "shop*", "a b", "caller:5d44c3df", `\u0000`, "a?", strings.Repeat("x", 256)} {
		all.Write(`{"type":"subscribe","channel":"` + name + `"}`)
		if got := all.Read(); !strings.HasPrefix(got, `{"type":"error","error":"channel `) || !strings.HasSuffix(got, `,"code":"invalid"}`) {
			t.Errorf("%q: got %s", name, got)
		}
	}
	all.want(`{"type":"subscribe","channel":"kiosk"}`,
		`{"type":"error","error":"\"kiosk\" carries requests to the service, which are not for WebSocket peers","code":"denied"}`)
}

func TestWhatAPeerPublishesCarriesNoAddress(t *testing.T) {
	c := newCrossed(t, "news", "py")
	var got []string
	for _, channel := range []string{"news", "py", "caller:x", "x.responses"} {
		if _, err := c.bus.Subscribe(t.Context(), channel, func(channel string, msg []byte) { got = append(got, channel+" "+string(msg)) }); err != nil {
			t.Fatal(err)
		}
	}
	for frame, want := range map[string]string{
		`{"type":"broadcast","channel":"news","data":{"service":"coffee","n":9007199254740993}}`:                                       `news {"service":"coffee","n":9007199254740993}`,
		`{"type":"broadcast","channel":"news","data":{"reply_to":"caller:x","a":1,"b":2}}`:                                             `news {"a":1,"b":2}`,
		`{"type":"broadcast","channel":"news","data":{"a":1,"reply\u005fto":"caller:x"}}`:                                              `news {"a":1}`,
		`{"type":"broadcast","channel":"news","data":{"reply_to":"caller:x"}}`:                                                         `news {}`,
		`{"type":"broadcast","channel":"news","data":[1, "reply_to"]}`:                                                                 `news [1, "reply_to"]`,
		`{"type":"broadcast","channel":"news"}`:                                                                                        `news {}`,
		"{\"type\":\"broadcast\",\"channel\":\"news\",\"data\":\"\xff\"}":                                                              "news \"\uFFFD\"",
		`{"type":"publish","channel":"py","data":{"action":"note","payload":{"reply_to":"mine"},"reply_to":"caller:x","service":"x"}}`: `py {"action":"note","payload":{"reply_to":"mine"}}`,
		`{"type":"publish","channel":"py","data":{"level":"info","reply_to":null,"service":"x"}}`:                                      `py {"level":"info"}`,
	} {
		got = nil
		c.want(frame)
		equal(t, frame, got, []string{want})
	}
}
