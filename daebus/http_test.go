package daebus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

type Common struct {
	Page int `json:"page"`
}

type form struct {
	Common
	ID    string     `json:"id"`
	N     *int       `json:"n,omitempty"`
	On    bool       `json:"on"`
	Tags  []string   `json:"tags,omitempty"`
	Sizes []float64  `json:"sizes,omitempty"`
	At    *time.Time `json:"at,omitempty"`
	Skip  string     `json:"-"`
	Plain string
}

func newForms(t *testing.T) *daebustest.Service {
	app := daebus.New("app")
	app.Route("/raw/{id}", daebus.HTTP(raw))
	app.Route("/files/{path...}", daebus.HTTP(raw))
	app.Route("/typed/{id}", daebus.HTTP(daebus.Func(func(_ context.Context, in form) (form, error) { return in, nil })))
	app.Route("/any/{$}", daebus.HTTP(daebus.Func(func(_ context.Context, in any) (any, error) { return in, nil })))
	return daebustest.Run(t, daebustest.NewBus(), app)
}

func TestHTTPPayloads(t *testing.T) {
	svc := newForms(t)
	const urlencoded = "application/x-www-form-urlencoded"
	multi, multiKind := multipartForm(t)
	for _, c := range []struct {
		name, method, target, kind, body string
		want                             string
	}{
		{"JSON", "POST", "/any/", "application/json", `{"a":[1]}`, `{"a":[1]}`},
		{"JSON without a type", "POST", "/any/", "", `5`, `5`},
		{"JSON of another name", "POST", "/any/", "application/merge-patch+json; charset=utf-8", `[]`, `[]`},
		{"JSON and a query", "POST", "/any/?q=1", "application/json", `{"a":1}`, `{"a":1}`},
		{"nothing", "GET", "/any/", "", ``, `{}`},
		{"a query", "GET", "/any/?a=1&b=x&b=y", "", ``, `{"a":"1","b":["x","y"]}`},
		{"a query of an empty JSON body", "GET", "/any/?a=1", "application/json", ``, `{"a":"1"}`},
		{"a form", "POST", "/any/", urlencoded, `a=1&b=%20`, `{"a":"1","b":" "}`},
		{"another type", "POST", "/any/", "text/plain", `hello`, `{}`},
		{"what curl -d calls a form", "POST", "/any/", urlencoded, `{"a":1}`, `{"a":1}`},
		{"a path, raw", "GET", "/raw/a%2Fb%20c", "", ``, `{"id":"a/b c"}`},
		{"a longer path", "GET", "/files/a/b", "", ``, `{"path":"a/b"}`},
		{"a path beside JSON, raw", "POST", "/raw/7", "", `{"n":1.0}`, `{"id":"7","n":1.0}`},
		{"a path beside an array", "POST", "/raw/7", "", `[1]`, `[1]`},
		{"a path, typed", "GET", "/typed/7?page=2&n=3&on=on&tags=a&tags=b&sizes=1.5&at=2026-01-02T03:04:05Z&Plain=5&-=x", "", ``,
			`{"page":2,"id":"7","n":3,"on":true,"tags":["a","b"],"sizes":[1.5],"at":"2026-01-02T03:04:05Z","Plain":"5"}`},
		{"a path beside JSON, typed", "POST", "/typed/7", "", `{"n":3,"id":"body"}`, `{"page":0,"id":"7","n":3,"on":false,"Plain":""}`},
		{"names in another case", "GET", "/typed/7?PAGE=2&plain=x&n=1&N=2", "", ``, `{"page":2,"id":"7","n":1,"on":false,"Plain":"x"}`},
		{"a path beside a query in another case", "GET", "/typed/7?ID=8&Id=9", "", ``, `{"page":0,"id":"7","on":false,"Plain":""}`},
		{"a path beside JSON in another case", "POST", "/typed/7", "", `{"ID":"8"}`, `{"page":0,"id":"7","on":false,"Plain":""}`},
		{"a multipart form", "POST", "/typed/7", multiKind, multi, `{"page":4,"id":"7","on":true,"Plain":""}`},
	} {
		r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, r)
		equal(t, c.name, fmt.Sprint(w.Code, " ", w.Body), "200 "+c.want)
		equal(t, c.name+": type", w.Header().Get("Content-Type"), "application/json")
	}
}

func multipartForm(t *testing.T) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.WriteField("page", "4")
	w.WriteField("on", "true")
	w.CreateFormFile("file", "f.txt")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func TestHTTPRefuses(t *testing.T) {
	svc := newForms(t)
	for _, c := range []struct{ name, target, kind, body, want string }{
		{"broken JSON", "/any/", "application/json", `{"a":`, `"error":"invalid JSON: unexpected end of JSON input"`},
		{"a broken form", "/any/", "application/x-www-form-urlencoded", `a=%zz`, `"error":"form: `},
		{"a broken multipart form", "/any/", "multipart/form-data", `x`, `"error":"multipart form: `},
		{"a number that is none", "/typed/7?n=x", "", ``, `"error":"n: got \"x\"; want a whole number"`},
		{"null for a number", "/typed/7?page=null", "", ``, `"error":"page: got \"null\"; want a whole number"`},
		{"a fraction", "/typed/7?page=1.5", "", ``, `"error":"page: got \"1.5\"; want a whole number"`},
		{"a flag that is none", "/typed/7?on=maybe", "", ``, `"error":"on: got \"maybe\"; want true or false"`},
		{"JSON of another type", "/typed/7", "", `{"n":"x"}`, `"error":"payload.n: got string; want a whole number"`},
	} {
		r := httptest.NewRequest("POST", c.target, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, r)
		if w.Code != 400 || !strings.Contains(w.Body.String(), c.want) || !strings.HasSuffix(w.Body.String(), `"code":"invalid"}`) {
			t.Errorf("%s: got %d %s, want 400 %s", c.name, w.Code, w.Body, c.want)
		}
	}
}

func TestHTTPTooLarge(t *testing.T) {
	svc := newForms(t)
	for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		r := httptest.NewRequest("POST", "/any/", strings.NewReader(strings.Repeat("1", 100)))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		r.Body = http.MaxBytesReader(w, r.Body, 10)
		svc.ServeHTTP(w, r)
		if w.Code != 413 || !strings.Contains(w.Body.String(), "is too large") {
			t.Errorf("%s: got %d %s, want 413", kind, w.Code, w.Body)
		}
	}
}

func TestHTTPWithoutRoute(t *testing.T) {
	app := daebus.New("app")
	app.Route("GET /x", daebus.HTTP(raw))
	app.Route("POST /x", daebus.HTTP(raw))
	app.Route("/dir/", daebus.HTTP(raw))
	svc := daebustest.Run(t, daebustest.NewBus(), app)

	w := svc.HTTP("GET", "/nope?q=1", nil)
	equal(t, "unknown path", fmt.Sprint(w.Code, " ", w.Body), `404 {"error":"Not Found","path":"/nope"}`)
	w = svc.HTTP("DELETE", "/x", nil)
	equal(t, "other method", fmt.Sprint(w.Code, " ", w.Body, " ", w.Header().Get("Allow")), `405 {"error":"Method Not Allowed","path":"/x"} GET, HEAD, POST`)
	w = svc.HTTP("GET", "/dir", nil)
	equal(t, "redirect", fmt.Sprint(w.Code/100, " ", w.Header().Get("Location")), "3 /dir/")
	w = svc.HTTP("GET", "/dir/../y", nil)
	equal(t, "redirect to an unknown path", fmt.Sprint(w.Code/100, " ", w.Header().Get("Location")), "3 /y")
	w = svc.HTTP("HEAD", "/x", nil)
	equal(t, "HEAD", w.Code, 200)
}

func TestHTTPOptions(t *testing.T) {
	app := daebus.New("app")
	app.Route("GET /x", daebus.HTTP(raw))
	app.Route("/any", daebus.HTTP(failing(errors.New("was called"))))
	app.Route("OPTIONS /own", daebus.HTTP(raw))
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	for path, want := range map[string]string{
		"/x":    "204 GET, HEAD, OPTIONS ",
		"/any":  "204 GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS ",
		"/own":  "200  {}",
		"/nope": `404  {"error":"Not Found","path":"/nope"}`,
	} {
		w := svc.HTTP("OPTIONS", path, nil)
		equal(t, path, fmt.Sprint(w.Code, " ", w.Header().Get("Allow"), " ", w.Body), want)
	}
	service, err := app.Service()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/x":    "[GET HEAD OPTIONS]",
		"/any":  "[GET HEAD POST PUT PATCH DELETE OPTIONS]",
		"/own":  "[OPTIONS]",
		"/nope": "[]",
	} {
		equal(t, "methods of "+path, fmt.Sprint(service.Methods(httptest.NewRequest("POST", path, nil))), want)
	}
}

func TestHTTPHostileJSON(t *testing.T) {
	svc := newForms(t)
	for name, body := range map[string]string{
		"deep array":  strings.Repeat("[", 1<<20),
		"deep object": strings.Repeat(`{"a":`, 1<<18),
		"NaN":         `{"a":NaN}`,
		"two values":  `{} {}`,
		"NUL":         "\x00",
	} {
		w := post(svc, "/any/", "application/json", body)
		if w.Code != 400 || !strings.HasPrefix(w.Body.String(), `{"status":"error","error":"invalid JSON: `) {
			t.Errorf("%s: got %d %.200s", name, w.Code, w.Body)
		}
	}
}

func TestHTTPAnswersAreNotKept(t *testing.T) {
	svc := newForms(t)
	equal(t, "value", svc.HTTP("GET", "/any/", nil).Header().Get("Cache-Control"), "no-store")
	equal(t, "error", svc.HTTP("GET", "/nope", nil).Header().Get("Cache-Control"), "no-store")
	w := httptest.NewRecorder()
	w.Header().Set("Cache-Control", "max-age=5")
	svc.ServeHTTP(w, httptest.NewRequest("GET", "/any/", nil))
	equal(t, "as a handler around it says", w.Header().Get("Cache-Control"), "max-age=5")
}

// tooHot is an error with a status of its own.
type tooHot struct{ error }

func (tooHot) StatusCode() int { return http.StatusTeapot }
func (e tooHot) Unwrap() error { return e.error }

func TestWriteError(t *testing.T) {
	for _, c := range []struct {
		status int
		err    error
		want   string
	}{
		{0, daebus.Errorf(daebus.Conflict, "the door is open"), `409 {"status":"error","error":"the door is open","code":"conflict"}`},
		{0, daebus.Busy, `503 {"status":"error","error":"busy","code":"busy"}`},
		{418, daebus.Invalid, `418 {"status":"error","error":"invalid","code":"invalid"}`},
		{0, fmt.Errorf("brew: %w", tooHot{daebus.Errorf(daebus.Conflict, "too hot")}), `418 {"status":"error","error":"too hot","code":"conflict"}`},
		{0, tooHot{errors.New("secret")}, `418 {"status":"error","error":"internal error","code":"internal"}`},
		{400, tooHot{daebus.Conflict}, `400 {"status":"error","error":"conflict","code":"conflict"}`},
		{0, errors.New("secret"), `500 {"status":"error","error":"internal error","code":"internal"}`},
		{0, fmt.Errorf("body: %w", new(http.MaxBytesError)), `413 {"status":"error","error":"internal error","code":"internal"}`},
	} {
		w := httptest.NewRecorder()
		daebus.WriteError(w, c.status, c.err)
		equal(t, c.err.Error(), fmt.Sprint(w.Code, " ", w.Body), c.want)
	}
}

// Behind a mux of the user's own a handler has no service, and is as safe.
func TestHTTPBehindAnotherMux(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/own/boom", daebus.HTTP(daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { panic("secret") })))
	mux.Handle("/own/secret", daebus.HTTP(failing(errors.New("secret"))))
	app := daebus.New("app")
	app.Route("/own/", mux)
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	for path, want := range map[string]string{"/own/boom": "/own/boom: the handler panicked", "/own/secret": "internal error"} {
		w := svc.HTTP("GET", path, nil)
		equal(t, path, fmt.Sprint(w.Code, " ", w.Body), `500 {"status":"error","error":"`+want+`","code":"internal"}`)
	}
}

type created struct{ ID int }

func (created) StatusCode() int { return http.StatusCreated }

func TestHTTPStatus(t *testing.T) {
	h := daebus.HTTP(daebus.Func(func(context.Context, url.Values) (created, error) { return created{7}, nil }))
	app := daebus.New("app")
	app.Route("/x", h)
	w := daebustest.Run(t, daebustest.NewBus(), app).HTTP("POST", "/x", nil)
	equal(t, "status", fmt.Sprint(w.Code, w.Body), `201 {"ID":7}`)

	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
	equal(t, "outside a service", fmt.Sprint(w.Code, w.Body), `201 {"ID":7}`)
	w = httptest.NewRecorder()
	daebus.HTTP(daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) { return make(chan int), nil })).
		ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
	equal(t, "a reply without JSON", w.Code, 500)
}

// A body that does not come is the client's affair; what the network says of it is not.
func TestBodyThatDoesNotCome(t *testing.T) {
	broken := &net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7)}, Err: os.ErrDeadlineExceeded}
	for kind, want := range map[string]string{
		"application/json":                `{"status":"error","error":"the body did not come as a whole","code":"invalid"}`,
		"multipart/form-data; boundary=x": `{"status":"error","error":"the multipart form did not come as a whole","code":"invalid"}`,
	} {
		r := httptest.NewRequest("POST", "/", iotest.ErrReader(broken))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		daebus.HTTP(daebus.Func(func(context.Context, any) (any, error) { return nil, nil })).ServeHTTP(w, r)
		if got := w.Body.String(); w.Code != 400 || got != want {
			t.Errorf("%s: got %d %s, want %s", kind, w.Code, got, want)
		}
	}
}
