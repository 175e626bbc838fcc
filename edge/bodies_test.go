package edge_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// What handlers hold of bodies is bounded together, not only one by one, and free
// again when they are done.
func TestBodiesAreBoundedTogether(t *testing.T) {
	t.Parallel()
	const (
		first  = 17 << 20
		second = 15<<20 + 64<<10 // what there is no room for the server reads all the same
	)
	app := daebus.New("kiosk")
	has, done := make(chan bool), make(chan bool)
	app.Route("POST /hold", daebus.HTTP(daebus.HandlerFunc(func(ctx context.Context, _ *daebus.Request) (any, error) {
		select {
		case has <- true:
		case <-ctx.Done():
		}
		<-done
		return "done", nil
	})))
	app.Route("POST /read", daebus.HTTP(daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return "read", nil })))
	url := start(t, app, edge.Config{Bus: "redis://127.0.0.1:1", BodyLimit: first}).url(t)
	padding := strings.Repeat(" ", second)
	file := "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n" + padding + "\r\n--x--\r\n"
	post := func(path, kind, body string) string {
		resp, err := http.Post(url+path, kind, strings.NewReader(body))
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return fmt.Sprint(resp.StatusCode, resp.Header["Retry-After"], string(text))
	}

	const refused = `503 [1]{"status":"error","error":"too much is being uploaded at once; try again","code":"busy"}`
	for range 2 {
		held := make(chan string)
		go func() { held <- post("/hold", "application/json", strings.Repeat(" ", first-1)+"1") }()
		receive(t, has)
		for _, tt := range []struct{ kind, body, want string }{
			{"application/json", padding + "1", refused},
			{"multipart/form-data; boundary=x", file, refused},
			{"application/json", "1", `200 []"read"`},
		} {
			if got := post("/read", tt.kind, tt.body); got != tt.want {
				t.Errorf("%s of %d bytes: got %s, want %s", tt.kind, len(tt.body), got, tt.want)
			}
		}
		done <- true
		if got := receive(t, held); got != `200 []"done"` {
			t.Errorf("the one that was there before: got %s", got)
		}
	}
}
