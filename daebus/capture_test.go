package daebus_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// captured are the PUBLISH commands of a capture of the original, in order.
type captured struct{ channel, msg string }

func capture(t *testing.T, name string) (all []captured) {
	t.Helper()
	for _, line := range captureLines(t, name) {
		_, command, ok := strings.Cut(line, `] "PUBLISH" `)
		if !ok {
			continue
		}
		channel, rest := monitorText(t, command)
		msg, _ := monitorText(t, strings.TrimPrefix(rest, " "))
		all = append(all, captured{channel, msg})
	}
	return all
}

func captureLines(t testing.TB, name string) (lines []string) {
	t.Helper()
	file, err := os.Open("internal/wire/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	for s.Buffer(nil, 1<<20); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines
}

// monitorText reads one argument as MONITOR quotes it, which is as Go does.
func monitorText(t *testing.T, s string) (arg, rest string) {
	t.Helper()
	quoted, err := strconv.QuotedPrefix(s)
	if err == nil {
		arg, err = strconv.Unquote(quoted)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, s)
	}
	return arg, s[len(quoted):]
}

// envelope is a request or a reply of the original.
type envelope struct {
	Action  any             `json:"action"`
	Payload json.RawMessage `json:"payload"`
	ID      string          `json:"request_id"`
	ReplyTo string          `json:"reply_to"`
	Status  string          `json:"status"`
	Final   bool            `json:"final"`
}

// different are the actions to which ours answers otherwise, for a reason.
var different = []string{
	"double_final",   // a handler of ours cannot send two
	"error_nonfinal", // nor an error ahead of the final reply
	"nan_reply",      // NaN is not JSON
	"bad_json_reply", // nor is what this one sends
}

// An app with the actions of the original, which answer as they did there, puts
// the same messages on the bus.
func TestCapturedRequestsAreAnsweredAlike(t *testing.T) {
	seen := 0
	for _, name := range []string{"daebus-monitor.txt", "daebus-monitor-caller.txt"} {
		all := capture(t, name)
		replies := map[string][]string{} // by request_id
		for _, c := range all {
			var e envelope
			if json.Unmarshal([]byte(c.msg), &e) == nil && e.Status != "" && e.ID != "" {
				replies[e.ID] = append(replies[e.ID], c.msg)
			}
		}
		for _, c := range all {
			var e envelope
			if c.channel != "py_service" || json.Unmarshal([]byte(c.msg), &e) != nil {
				continue
			}
			action, _ := e.Action.(string)
			if want := replies[e.ID]; len(want) > 0 && !slices.Contains(different, action) {
				seen++
				compareReplies(t, c.msg, replayed(t, action, c.msg, want), want)
			}
		}
	}
	if seen < 100 {
		t.Errorf("got %d requests that were answered, want at least 100", seen)
	}
}

// replayed is what a service publishes whose one action answers as the original did.
func replayed(t *testing.T, action, request string, replies []string) (got []string) {
	app := daebus.New("py_service")
	app.Action(action, daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		for _, reply := range replies {
			var e envelope
			json.Unmarshal([]byte(reply), &e)
			switch {
			case !e.Final:
				if err := req.Report(e.Payload); err != nil {
					return nil, err
				}
			case e.Status == "error":
				var body struct{ Error string }
				json.Unmarshal(e.Payload, &body)
				return nil, errors.New(body.Error)
			case action == "echo":
				return json.RawMessage(req.Payload), nil
			default:
				return e.Payload, nil
			}
		}
		return nil, nil
	}))
	bus := daebustest.NewBus()
	daebustest.Run(t, bus, app)
	all := heard(t, bus, "*")
	bus.Post("py_service", []byte(request))
	for _, line := range *all {
		if channel, msg, _ := strings.Cut(line, " "); channel != "py_service" {
			got = append(got, msg)
		}
	}
	return got
}

func compareReplies(t *testing.T, request string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s\n got %q\nwant %q", request, got, want)
		return
	}
	for i := range got {
		g, w := members(t, got[i]), members(t, want[i])
		if payload, ok := g["payload"].(map[string]any); ok && g["status"] == "error" {
			delete(payload, "code") // ours says more
		}
		if !reflect.DeepEqual(g, w) {
			t.Errorf("%s\n got %s\nwant %s", request, got[i], want[i])
		}
	}
}

func members(t *testing.T, msg string) (m map[string]any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(msg)))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	return m
}

// What the original leaves without an answer is answered with a code.
func TestCapturedSilence(t *testing.T) {
	app, bus := daebus.New("py_service"), daebustest.NewBus()
	app.Action("boom_attr", failing(errors.New("no attribute")))
	svc := daebustest.Run(t, bus, app)
	got := map[string]bool{}
	for _, c := range append(capture(t, "daebus-monitor.txt"), capture(t, "daebus-monitor-caller.txt")...) {
		var e envelope
		if c.channel != "py_service" || json.Unmarshal([]byte(c.msg), &e) != nil || e.ReplyTo == "" {
			bus.Post("py_service", []byte(c.msg))
			continue
		}
		answers := heard(t, bus, e.ReplyTo)
		bus.Post("py_service", []byte(c.msg))
		if len(*answers) != 1 {
			t.Fatalf("%s: got %d answers, want 1", c.msg, len(*answers))
		}
		for _, code := range []string{"internal", "not_found", "invalid"} {
			if strings.Contains((*answers)[0], `"code":"`+code+`"`) {
				got[code] = true
			}
		}
	}
	equal(t, "codes", slices.Sorted(maps.Keys(got)), "[internal not_found]")
	if svc.Stats().Unanswerable.Load() == 0 {
		t.Error("what had no address was not counted")
	}
}
