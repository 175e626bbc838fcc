package daebus_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

var (
	epoch = regexp.MustCompile(`"epoch":"([A-Z2-7]+)"`)
	age   = regexp.MustCompile(`"age":\d+`)
)

// readTopic is the peer's next frame without its age, and the epoch it names,
// which is random.
func readTopic(p *daebustest.Peer) (frame, e string) {
	frame = p.Read()
	if m := epoch.FindStringSubmatch(frame); m != nil {
		e = m[1]
	}
	return age.ReplaceAllString(epoch.ReplaceAllString(frame, `"epoch":"E"`), `"age":0`), e
}

func TestSubscribe(t *testing.T) {
	app := daebus.New("app")
	app.Topic("t")
	sub := new(daebus.Blueprint)
	sub.Topic("mounted")
	app.Mount("prefix", sub)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	peer := svc.Connect()
	send := func(kind, data string) { peer.Write(`{"type":"` + kind + `","data":` + data + `}`) }

	equal(t, "first", app.Show("t", map[string]int{"a": 1}), nil)
	send("$subscribe", `{"topic":"t"}`)
	frame, e := readTopic(peer)
	equal(t, "snapshot", frame, `{"type":"$topic","data":{"topic":"t","epoch":"E","seq":1,"age":0,"value":{"a":1}}}`)
	equal(t, "second", app.Show("t", map[string]int{"a": 1, "b": 2}), nil)
	frame, _ = readTopic(peer)
	equal(t, "delta", frame, `{"type":"$topic","data":{"topic":"t","epoch":"E","seq":2,"from":1,"age":0,"patch":{"b":2}}}`)
	equal(t, "the same again", app.Show("t", map[string]int{"a": 1, "b": 2}), nil)

	back := svc.Connect()
	back.Write(`{"type":"$subscribe","data":{"topic":"t","epoch":"` + e + `","seq":1},"id":"x"}`)
	frame, _ = readTopic(back)
	equal(t, "what was missed", frame, `{"type":"$topic","data":{"topic":"t","epoch":"E","seq":2,"from":1,"age":0,"patch":{"b":2}}}`)
	equal(t, "answer", back.Read(), `{"type":"response","data":null,"id":"x"}`)

	send("$unsubscribe", `{"topic":"t"}`)
	send("$unsubscribe", `{"topic":"nope"}`)
	equal(t, "third", app.Show("t", 3), nil)
	equal(t, "after unsubscribe", peer.Read(), "")
	send("$subscribe", `{"topic":"mounted"}`)
	equal(t, "nothing was shown", peer.Read(), "")
	equal(t, "mounted", app.Show("mounted", json.RawMessage("{ \"a\":\n[1, 2] }")), nil)
	frame, _ = readTopic(peer)
	equal(t, "compact", strings.HasSuffix(frame, `"value":{"a":[1,2]}}}`), true)

	send("$subscribe", `{"topic":"nope"}`)
	equal(t, "unknown", peer.Read(), `{"type":"error","data":{"error":"no topic \"nope\" is declared","code":"not_found"}}`)
	send("$subscribe", `{"topic":7}`)
	equal(t, "wrong", peer.Read(), `{"type":"error","data":{"error":"payload.topic: got number; want a string","code":"invalid"}}`)
}

func TestShowErrors(t *testing.T) {
	topic := daebus.Topic[any]("t")
	app := daebus.New("app")
	topic.Declare(app)
	equal(t, "before it runs", daebus.CodeOf(topic.Show(app, 1)), daebus.Unavailable)
	daebustest.Run(t, daebustest.NewBus(), app)
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"sound":      {topic.Show(app, nil), "<nil>"},
		"undeclared": {app.Show("u", 1), `show u: not_found: no topic "u" is declared`},
		"no JSON":    {topic.Show(app, func() {}), "show t: invalid: json: unsupported type: func()"},
		"broken":     {topic.Show(app, json.RawMessage("{")), `show t: invalid: raw JSON: byte 1: the message ends where a quoted key was expected`},
		"large":      {topic.Show(app, strings.Repeat("x", 1<<20)), "show t: invalid: the value has 1048578 bytes; want at most 1048576"},
	} {
		equal(t, name, fmt.Sprint(c.err), c.want)
	}
}

// TestPeerThatDoesNotReadATopic gets the newest value when it reads.
func TestPeerThatDoesNotReadATopic(t *testing.T) {
	app := daebus.New("app")
	app.Topic("t")
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	peer := svc.Connect()
	peer.Send("$subscribe", map[string]string{"topic": "t"})
	const shown = 5000
	for i := range shown {
		equal(t, "show", app.Show("t", map[string]int{"i": i, "pad": 1e9}), nil)
	}
	frames, last := 0, ""
	for frame := peer.Read(); frame != ""; frame = peer.Read() {
		frames, last = frames+1, age.ReplaceAllString(frame, `"age":0`)
	}
	if frames >= shown || !strings.Contains(last, fmt.Sprintf(`"seq":%d,"from":%d,"age":0,"patch":{"i":%d}`, shown, frames-1, shown-1)) {
		t.Errorf("%d frames, the last one is %s", frames, last)
	}
	equal(t, "one more", app.Show("t", 1), nil)
	equal(t, "is offered again", strings.Contains(peer.Read(), `"value":1`), true)
}
