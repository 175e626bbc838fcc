package daebus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

type upload struct {
	Title  string        `json:"title"`
	Cover  daebus.File   `json:"cover"`
	Pages  []daebus.File `json:"pages"`
	Number int           `json:"number"`
}

// part is one of a multipart form: the name, then the name of the file, then
// what is in it.
type part struct{ name, file, content string }

func multipartOf(t testing.TB, parts ...part) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		if p.file == "" {
			w.WriteField(p.name, p.content)
			continue
		}
		out, err := w.CreateFormFile(p.name, p.file)
		if err != nil {
			t.Fatal(err)
		}
		out.Write([]byte(p.content))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func post(svc *daebustest.Service, target, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r)
	return w
}

func TestFiles(t *testing.T) {
	app := daebus.New("app")
	var got upload
	app.Route("POST /typed", daebus.HTTP(daebus.Func(func(_ context.Context, in upload) (any, error) {
		got = in
		return nil, nil
	})))
	app.Route("POST /raw/{id}", daebus.HTTP(daebus.HandlerFunc(func(_ context.Context, req *daebus.Request) (any, error) {
		return fmt.Sprintf("%s %d %d", req.Payload, len(req.Files("cover")), len(req.Files("none"))), nil
	})))
	svc := daebustest.Run(t, daebustest.NewBus(), app)

	body, kind := multipartOf(t, part{"title", "", "Moby Dick"}, part{"number", "", "7"},
		part{"cover", "../../etc/cover.png", "\x89PNG"}, part{"pages", "1", "call me"}, part{"pages", "2", "Ishmael"},
		part{"other", "x", "nobody's"}, part{"title", "x", "no text"}, part{"", "x", "without a name"})
	w := post(svc, "/typed", kind, body)
	equal(t, "answer", fmt.Sprint(w.Code, w.Body), "200 null")
	const stream = "application/octet-stream"
	want := upload{
		"Moby Dick", daebus.File{Name: "cover.png", Type: stream, Data: []byte("\x89PNG")},
		[]daebus.File{{Name: "1", Type: stream, Data: []byte("call me")}, {Name: "2", Type: stream, Data: []byte("Ishmael")}}, 7,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	equal(t, "raw", post(svc, "/raw/5", kind, body).Body.String(), `"{\"id\":\"5\",\"number\":\"7\",\"title\":\"Moby Dick\"} 1 0"`)
	equal(t, "without a form", post(svc, "/raw/5", "", "").Body.String(), `"{\"id\":\"5\"} 0 0"`)

	// A browser sends a part for a file that nobody has chosen.
	unchosen := "--x\r\nContent-Disposition: form-data; name=\"cover\"; filename=\"\"\r\nContent-Type: " + stream + "\r\n\r\n\r\n--x--\r\n"
	w = post(svc, "/typed", "multipart/form-data; boundary=x", unchosen)
	equal(t, "no file", fmt.Sprint(w.Code, " ", len(got.Cover.Name)), "200 0")

	body, kind = multipartOf(t, part{"cover", "", "text"})
	w = post(svc, "/typed", kind, body)
	equal(t, "text for a file", w.Code, 400)

	// The same handler takes a file in JSON, as it comes on the bus.
	w = post(svc, "/typed", "application/json", `{"cover":{"name":"c","type":"image/png","data":"iVBO"}}`)
	equal(t, "JSON", fmt.Sprintf("%d %q", w.Code, got.Cover), "200 {\"c\" \"image/png\" \"\\x89PN\"}")
}

func TestTooManyParts(t *testing.T) {
	svc := newForms(t)
	parts := make([]part, 1001)
	for i := range parts {
		parts[i].name = "n"
	}
	body, kind := multipartOf(t, parts...)
	w := post(svc, "/any/", kind, body)
	equal(t, "answer", fmt.Sprint(w.Code, " ", w.Body), `400 {"status":"error","error":"multipart form: more than 1000 parts","code":"invalid"}`)
	body, kind = multipartOf(t, parts[:1000]...)
	equal(t, "as many as may be", post(svc, "/any/", kind, body).Code, 200)
}

// Whatever is sent as a form is answered.
func FuzzMultipart(f *testing.F) {
	app := daebus.New("app")
	app.Route("POST /", daebus.HTTP(daebus.Func(func(_ context.Context, in upload) (upload, error) { return in, nil })))
	service, err := app.Service()
	if err != nil {
		f.Fatal(err)
	}
	body, kind := multipartOf(f, part{"title", "", "t"}, part{"cover", "c", "x"}, part{"pages", "p", ""})
	_, boundary, _ := strings.Cut(kind, "boundary=")
	f.Add(boundary, body)
	f.Add("x", "--x\r\nContent-Disposition: form-data; name=cover; filename=\r\n\r\n\r\n--x--")
	f.Add("x", "--x\n\n--x\n\n--x--")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, boundary, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	})
}
