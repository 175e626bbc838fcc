package hub_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// board returns a service with these topics.
func board(topics ...string) *daebus.App {
	app := newApp()
	for _, topic := range topics {
		app.Topic(topic)
	}
	return app
}

func show(t testing.TB, h *hub.Hub, topic, value string) {
	t.Helper()
	if err := h.Show(topic, []byte(value)); err != nil {
		t.Fatal(err)
	}
}

// events is a stream seen from its reader.
type events struct {
	t testing.TB
	*bufio.Reader
	body     io.Closer
	comments int
}

// listen gets url as the reader of the event last does, or as a new one.
func listen(t testing.TB, client *http.Client, url, last string) *events {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("got %s of type %s", resp.Status, kind)
	}
	return &events{t, bufio.NewReader(resp.Body), resp.Body, 0}
}

// next returns the next event: its id, and its data without what is random.
func (e *events) next() (id, data string) {
	e.t.Helper()
	var event string
	for {
		line, err := e.ReadString('\n')
		if err != nil {
			e.t.Fatalf("the stream ended: %v", err)
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "id":
			id = value
		case "event":
			event = value
		case "data":
			data = settled(value)
		case ":":
			e.comments++
		case "":
			if data != "" && event == "topic" {
				return id, data
			}
		default:
			e.t.Fatalf("got the line %q", line)
		}
	}
}

func (e *events) want(data string) (id string) {
	e.t.Helper()
	id, got := e.next()
	if got != data {
		e.t.Fatalf("got  %s\nwant %s", got, data)
	}
	return id
}

// serveEvents runs the events of app until the test ends.
func serveEvents(t testing.TB, app *daebus.App, cfg hub.Config) *served {
	h, log := newHub(t, app, cfg)
	server := httptest.NewServer(h.Events())
	t.Cleanup(server.Close)
	t.Cleanup(func() { closeHub(t, h) })
	return &served{h, server.URL, log}
}

func TestEventsResume(t *testing.T) {
	s := serveEvents(t, board("a", "b"), hub.Config{})
	url := s.url + "/events?topic=a&topic=b&topic=a"
	first := listen(t, http.DefaultClient, url, "")
	show(t, s.Hub, "a", `{"x":1,"y":1}`)
	first.want(`{"topic":"a","epoch":"E","seq":1,"age":0,"value":{"x":1,"y":1}}`)
	show(t, s.Hub, "b", `{"z":1}`)
	first.want(`{"topic":"b","epoch":"E","seq":1,"age":0,"value":{"z":1}}`)
	show(t, s.Hub, "a", `{"x":2,"y":1}`)
	id := first.want(`{"topic":"a","epoch":"E","seq":2,"from":1,"age":0,"patch":{"x":2}}`)
	first.body.Close()

	show(t, s.Hub, "a", `{"x":3,"y":1}`)
	again := listen(t, http.DefaultClient, url, id)
	id = again.want(`{"topic":"a","epoch":"E","seq":3,"from":2,"age":0,"patch":{"x":3}}`)
	show(t, s.Hub, "b", `{"z":2}`)
	again.want(`{"topic":"b","epoch":"E","seq":2,"from":1,"age":0,"patch":{"z":2}}`)

	for _, stranger := range []string{"x", strings.ToLower(id), strings.Repeat("x", 5000), ",", "A.1,B.1"} {
		e := listen(t, http.DefaultClient, url, stranger)
		e.want(`{"topic":"a","epoch":"E","seq":3,"age":0,"value":{"x":3,"y":1}}`)
		e.want(`{"topic":"b","epoch":"E","seq":2,"age":0,"value":{"z":2}}`)
	}
}

func TestEventsRefused(t *testing.T) {
	s := serveEvents(t, board("a"), hub.Config{MaxPeers: 1})
	many := strings.Repeat("&topic=x", 65)
	for i := range 65 {
		many = strings.Replace(many, "x&", fmt.Sprint(i, "&"), 1)
	}
	for query, want := range map[string]string{
		"":            "400 invalid",
		"?" + many:    "400 invalid",
		"?topic=nope": "404 not_found",
	} {
		req, _ := http.NewRequest("GET", s.url+query, nil)
		if status, body := answer(t, req); fmt.Sprint(status, " ", body["code"]) != want {
			t.Errorf("%.20s: got %d %v, want %s", query, status, body, want)
		}
	}
	listen(t, http.DefaultClient, s.url+"?topic=a", "")
	req, _ := http.NewRequest("GET", s.url+"?topic=a", nil)
	if status, body := answer(t, req); status != 503 || body["code"] != "busy" {
		t.Errorf("one too many: got %d %v", status, body)
	}
	if s.Stats.Refused.Load() != 1 {
		t.Errorf("%d are counted as refused", s.Stats.Refused.Load())
	}
}

// FuzzLastEventID comes back with any id, but not with that of an event: the
// answer is the whole value.
func FuzzLastEventID(f *testing.F) {
	h, _ := newHub(f, board("a"), hub.Config{})
	show(f, h, "a", `{"x":1}`)
	f.Add("AAAAAAAA.1")
	f.Add(".18446744073709551616,,")
	f.Fuzz(func(t *testing.T, last string) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, "GET", "/?topic=a", nil)
		r.Header.Set("Last-Event-ID", last)
		w := &recorder{cancel: cancel}
		h.Events().ServeHTTP(w, r)
		if got := settled(w.text); !strings.HasSuffix(got, `"seq":1,"age":0,"value":{"x":1}}`+"\n\n") {
			t.Errorf("got %q", got)
		}
	})
}

// recorder hangs up when it has the first event.
type recorder struct {
	cancel func()
	text   string
}

func (r *recorder) Header() http.Header { return http.Header{} }
func (r *recorder) WriteHeader(int)     {}
func (r *recorder) Flush()              {}

func (r *recorder) Write(b []byte) (int, error) {
	r.text += string(b)
	if strings.Contains(r.text, "data: ") {
		r.cancel()
	}
	return len(b), nil
}

func TestEventsHead(t *testing.T) {
	s := serveEvents(t, board("a"), hub.Config{})
	resp, err := http.Head(s.url + "?topic=a")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %s %v", resp.Status, resp.Header)
	}
}

// inEventBubble serves events over pipes, with the timeouts of a real server.
func inEventBubble(t *testing.T, cfg hub.Config, test func(t *testing.T, h *hub.Hub, client *http.Client)) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := newHub(t, board("a"), cfg)
		p := make(pipes)
		server := http.Server{Handler: h.Events(), ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute}
		server.RegisterOnShutdown(h.EndEvents)
		go server.Serve(p)
		transport := &http.Transport{DialContext: p.dial}
		test(t, h, &http.Client{Transport: transport})
		transport.CloseIdleConnections()
		close(p)
		if err := server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		closeHub(t, h)
	})
}

func TestEventsOutliveTimeouts(t *testing.T) {
	inEventBubble(t, hub.Config{}, func(t *testing.T, h *hub.Hub, client *http.Client) {
		e := listen(t, client, "http://kiosk/events?topic=a", "")
		go func() {
			time.Sleep(10*time.Minute + time.Second)
			show(t, h, "a", `{}`)
		}()
		e.want(`{"topic":"a","epoch":"E","seq":1,"age":0,"value":{}}`)
		if want := 1 + 10*4; e.comments != want {
			t.Errorf("got %d comments in ten minutes, want %d", e.comments, want)
		}
	})
}

func TestShutdownEndsEvents(t *testing.T) {
	inEventBubble(t, hub.Config{WriteTimeout: time.Hour}, func(t *testing.T, h *hub.Hub, client *http.Client) {
		idle := listen(t, client, "http://kiosk/events?topic=a", "")
		listen(t, client, "http://kiosk/events?topic=a", "") // does not read
		show(t, h, "a", `"`+strings.Repeat("x", 100_000)+`"`)
		synctest.Wait()
		start := time.Now()
		h.EndEvents()
		if _, err := io.Copy(io.Discard, idle); err != nil {
			t.Error(err)
		}
		closeHub(t, h)
		if took := time.Since(start); took > 2*time.Second || h.Stats.Slow.Load() != 0 {
			t.Errorf("took %v, %d are slow", took, h.Stats.Slow.Load())
		}
	})
}
