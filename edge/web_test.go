package edge_test

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// ask does one HTTP request and returns the status and the JSON body.
func ask(t *testing.T, method, url, body string) (status int, reply any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &reply); err != nil {
		t.Fatalf("%s %s: got %q, want JSON", method, url, text)
	}
	return resp.StatusCode, reply
}

func testHTTP(t *testing.T, w *world) {
	url := w.asked.url(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               any
	}{
		{"POST", "/add", `{"a":2,"b":3}`, 200, 5.},
		{"POST", "/add", `{"a":`, 400, "invalid"},
		{"POST", "/add", strings.Repeat(" ", 2<<20), 413, "invalid"},
		{"GET", "/add", "", 405, nil},
		{"GET", "/nope", "", 404, nil},
		{"GET", "/boom", "", 500, "internal"},
		{"GET", "/readyz", "", 200, map[string]any{"status": "ok"}},
	} {
		status, got := ask(t, c.method, url+c.path, c.body)
		if m, ok := got.(map[string]any); ok && status >= 400 {
			got = m["code"]
		}
		if status != c.status || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %s: got %d, %v, want %d, %v", c.method, c.path, status, got, c.status, c.want)
		}
	}
	status, got := ask(t, "GET", url+"/healthz", "")
	if health := got.(map[string]any); status != 200 || health["service"] != "asked" || health["counters"].(map[string]any)["requests"] == 0. {
		t.Errorf("healthz: got %d, %v", status, got)
	}
}

func testWebSocket(t *testing.T, w *world) {
	peer := openScreen(t, w.asked.url(t))
	peer.send(`{"type":"echo","data":{"n":1}}`)
	peer.want(`{"type":"response","data":{"n":1}}`)
	if n := w.asked.Push("tick", 7); n != 1 {
		t.Errorf("pushed to %d peers, want 1", n)
	}
	peer.want(`{"type":"tick","data":7}`)
}
