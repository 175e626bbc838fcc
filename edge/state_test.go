package edge_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

var unsteady = regexp.MustCompile(`"epoch":"\w+"|"age":\d+|id: \S+`)

// TestTopicOnScreens shows a topic on a WebSocket and to a plain HTTP client.
// Neither holds up the service's end.
func TestTopicOnScreens(t *testing.T) {
	door := daebus.Topic[map[string]int]("door")
	app := daebus.New("kiosk")
	door.Declare(app)
	app.OnStart(func(context.Context) error { return door.Show(app, map[string]int{"a": 1, "b": 2}) })
	s := start(t, app, edge.Config{Bus: "embedded://127.0.0.1:0"})

	screen := openScreen(t, s.url(t))
	screen.send(`{"type":"$subscribe","data":{"topic":"door"}}`)
	resp, err := http.Get(s.url(t) + "/events?topic=door")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	see := func(data string) {
		t.Helper()
		if _, got := screen.read(); unsteady.ReplaceAllString(got, "~") != `{"type":"$topic","data":`+data+`}` {
			t.Errorf("the screen got %s", got)
		}
		for _, want := range []string{"~", "event: topic", "data: " + data, ""} {
			line, err := lines.ReadString('\n')
			if line == ":\n" {
				lines.ReadString('\n')
				line, err = lines.ReadString('\n')
			}
			if got := unsteady.ReplaceAllString(strings.TrimSuffix(line, "\n"), "~"); err != nil || got != want {
				t.Fatalf("the events have %q, %v, want %q", got, err, want)
			}
		}
	}
	see(`{"topic":"door",~,"seq":1,~,"value":{"a":1,"b":2}}`)
	if err := door.Show(app, map[string]int{"a": 1}); err != nil {
		t.Fatal(err)
	}
	see(`{"topic":"door",~,"seq":2,"from":1,~,"patch":{"b":null}}`)

	begun := time.Now()
	s.cancel()
	screen.closed()
	if err := s.wait(t); err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("the stop took %v", took)
	}
	if rest, err := io.ReadAll(lines); err != nil || string(rest) != "" {
		t.Errorf("the events ended with %q, %v", rest, err)
	}
}

func TestNoEventsWithoutTopics(t *testing.T) {
	app := daebus.New("kiosk")
	app.OnPeer(nil, func(context.Context, daebus.Peer) {})
	s := start(t, app, edge.Config{Bus: "embedded://127.0.0.1:0"})
	if status, _ := ask(t, "GET", s.url(t)+"/events?topic=door", ""); status != http.StatusNotFound {
		t.Errorf("got %d, want 404", status)
	}
}
