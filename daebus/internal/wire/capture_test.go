package wire_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// A publish is one PUBLISH as redis-cli MONITOR printed it.
type publish struct {
	where   string // file:line
	channel string
	msg     []byte
}

// published returns what the captured services and callers published.
func published(t testing.TB) []publish {
	t.Helper()
	var all []publish
	for _, name := range []string{"daebus-monitor-caller.txt", "daebus-monitor.txt"} {
		for n, line := range lines(t, name) {
			_, command, ok := strings.Cut(line, `] "PUBLISH" `)
			if !ok {
				continue
			}
			channel, rest := monitorString(t, command)
			msg, _ := monitorString(t, strings.TrimPrefix(rest, " "))
			all = append(all, publish{name + ":" + strconv.Itoa(n+1), channel, []byte(msg)})
		}
	}
	if len(all) < 200 {
		t.Fatalf("got %d captured messages, want at least 200", len(all))
	}
	return all
}

func lines(t testing.TB, name string) []string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	s := bufio.NewScanner(f)
	for s.Buffer(nil, 1<<20); s.Scan(); {
		all = append(all, s.Text())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// monitorString reads one argument: quoted, with \", \\, \n, \r, \t, \a, \b and \xNN, which Go's syntax includes.
func monitorString(t testing.TB, s string) (arg, rest string) {
	t.Helper()
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		t.Fatalf("%v: %s", err, s)
	}
	if arg, err = strconv.Unquote(quoted); err != nil {
		t.Fatalf("%v: %s", err, quoted)
	}
	return arg, s[len(quoted):]
}

func TestCapturedRequests(t *testing.T) {
	seen := 0
	for _, p := range published(t) {
		if p.channel != "py_service" || !json.Valid(p.msg) || p.msg[0] != '{' {
			continue
		}
		seen++
		var r wire.Request
		if err := wire.ScanRequest(p.msg, &r); err != nil {
			t.Errorf("%s: %v", p.where, err)
			continue
		}
		compareRequest(t, p.msg, &r)
		if !enveloped(p.msg) {
			continue
		}
		var id string
		json.Unmarshal(r.ID, &id)
		payload := r.Payload
		if r.Outer != nil {
			payload = r.Outer
		}
		got := wire.AppendRequest(nil, string(r.Action), payload, string(r.ReplyTo), []byte(id), string(r.Service), 0)
		equalJSON(t, p.where, got, p.msg)
	}
	if seen < 100 {
		t.Errorf("got %d requests, want at least 100", seen)
	}
}

// enveloped reports whether a request has an action and a payload of its own.
func enveloped(msg []byte) bool {
	var m map[string]any
	json.Unmarshal(msg, &m)
	_, payload := m["payload"]
	_, action := m["action"].(string)
	return payload && action
}

func TestCapturedResponses(t *testing.T) {
	seen := 0
	for _, p := range published(t) {
		reply := strings.HasPrefix(p.channel, "caller:") || strings.HasSuffix(p.channel, ".responses")
		if !reply {
			continue
		}
		seen++
		var r wire.Response
		err := wire.ScanResponse(p.msg, &r)
		if bytes.Contains(p.msg, []byte("NaN")) {
			if !errors.Is(err, wire.ErrNaN) || len(r.ID) == 0 || !r.Final || r.Status != wire.Success {
				t.Errorf("%s: got %+v, %v; want every field and ErrNaN", p.where, r, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", p.where, err)
			continue
		}
		compareResponse(t, p.msg, &r)
		var id []byte
		if r.ID != nil {
			id = wire.AppendString(nil, string(r.ID))
		}
		equalJSON(t, p.where, wire.AppendResponse(nil, r.Status, r.Payload, id, r.Final), p.msg)
	}
	if seen < 100 {
		t.Errorf("got %d responses, want at least 100", seen)
	}
}

// framesSent returns the text frames of the capture, to the server and from it.
func framesSent(t testing.TB) (up, down []string) {
	t.Helper()
	for _, line := range lines(t, "daebus-websocket.txt") {
		if frame, ok := strings.CutPrefix(line, "-> {"); ok {
			up = append(up, "{"+frame)
		} else if frame, ok := strings.CutPrefix(line, "   <- {"); ok {
			down = append(down, "{"+frame)
		}
	}
	if len(up) < 30 || len(down) < 30 {
		t.Fatalf("got %d frames up and %d down, want at least 30 each", len(up), len(down))
	}
	return up, down
}

func TestCapturedFrames(t *testing.T) {
	up, down := framesSent(t)
	var f wire.Frame
	for _, frame := range append(up, down...) {
		if err := wire.ScanFrame([]byte(frame), &f); err != nil {
			t.Errorf("%s: %v", frame, err)
			continue
		}
		compareFrame(t, []byte(frame), &f)
	}
	for _, frame := range down {
		wire.ScanFrame([]byte(frame), &f)
		var fields struct{ Error string }
		json.Unmarshal([]byte(frame), &fields)
		got := wire.AppendFrame(nil, string(f.Type), f.Data, nil)
		if fields.Error != "" {
			got = wire.AppendFrameError(nil, "", fields.Error)
		}
		equalJSON(t, "daebus-websocket.txt", got, []byte(frame))
	}
}

func equalJSON(t *testing.T, where string, got, want []byte) {
	t.Helper()
	if g, w := parsed(t, got), parsed(t, want); !reflect.DeepEqual(g, w) {
		t.Errorf("%s: got %s, want %s", where, got, want)
	}
}

func parsed(t *testing.T, text []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}
