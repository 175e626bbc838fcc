package edge_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// A client is told of a panic, or at least gets nothing that looks whole.
func TestPanicsOfPlainHandlers(t *testing.T) {
	t.Parallel()
	const part = "the first half"
	app := daebus.New("kiosk")
	for name, begin := range map[string]func(w http.ResponseWriter){
		"none":    func(http.ResponseWriter) {},
		"hint":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusEarlyHints) },
		"bad":     func(w http.ResponseWriter) { w.WriteHeader(0) },
		"status":  func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) },
		"part":    func(w http.ResponseWriter) { io.WriteString(w, part) },
		"copied":  func(w http.ResponseWriter) { io.Copy(w, struct{ io.Reader }{strings.NewReader(part)}) },
		"flushed": func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"taken": func(w http.ResponseWriter) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
		},
	} {
		app.Route("GET /"+name, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			begin(w)
			panic("a bug")
		}))
	}
	s := start(t, app, edge.Config{Bus: "redis://127.0.0.1:1"})
	for _, name := range []string{"none", "hint", "bad", "status", "part", "copied", "flushed", "taken"} {
		got := "cut off"
		resp, err := http.Get(s.url(t) + "/" + name)
		if err == nil {
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err == nil {
				got = fmt.Sprint(resp.StatusCode, " ", string(body))
			}
		}
		want := "cut off"
		if name == "none" || name == "hint" || name == "bad" {
			want = `500 {"status":"error","error":"internal error","code":"internal"}`
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// Nobody reads on what was refused for its size, and so nobody is asked again on
// the connection that it came by.
func TestBodyThatIsTooLargeEndsTheConnection(t *testing.T) {
	t.Parallel()
	const limit = 1000
	url := door(t, edge.Config{BodyLimit: limit}).url(t)
	for size, want := range map[int]string{limit: "400 kept", limit + 1: "413 closed"} {
		resp, err := http.Post(url+"/open", "application/json", strings.NewReader(strings.Repeat(" ", size)))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		state := "kept"
		if resp.Close {
			state = "closed"
		}
		if got := fmt.Sprint(resp.StatusCode, " ", state); got != want {
			t.Errorf("%d bytes: got %s, want %s", size, got, want)
		}
	}
}
