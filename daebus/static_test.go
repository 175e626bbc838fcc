package daebus_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func site() fstest.MapFS {
	files := fstest.MapFS{}
	for name, content := range map[string]string{
		"index.html":              "<p>page",
		"app.js":                  "plain script",
		"app.js.br":               "brotli",
		"app.js.gz":               "gzip",
		"only.css":                "a{}",
		"only.css.gz":             "gz",
		"sub/index.html":          "<p>sub",
		"a:b/index.html":          "<p>colon",
		"empty/x.bin":             "x",
		"LICENSE":                 "free",
		".env":                    "secret",
		".git/config":             "secret",
		"sub/.hidden":             "secret",
		".well-known/app.json":    "{}",
		".well-known/.secret.txt": "secret",
	} {
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return files
}

func fetch(h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestStatic(t *testing.T) {
	h := daebus.Static(site())
	for _, c := range []struct {
		method, target, encodings string
		want                      string // status, type, encoding, body
	}{
		{"GET", "/", "", "200 text/html; charset=utf-8  <p>page"},
		{"GET", "/index.html", "", "200 text/html; charset=utf-8  <p>page"},
		{"GET", "/sub/", "", "200 text/html; charset=utf-8  <p>sub"},
		{"GET", "/LICENSE", "", "200 text/plain; charset=utf-8  free"},
		{"GET", "/empty/x.bin", "", "200 application/octet-stream  x"},
		{"GET", "/.well-known/app.json", "", "200 application/json  {}"},
		{"HEAD", "/app.js", "", "200 text/javascript; charset=utf-8  "},

		{"GET", "/app.js", "", "200 text/javascript; charset=utf-8  plain script"},
		{"GET", "/app.js", "gzip, deflate, br", "200 text/javascript; charset=utf-8 br brotli"},
		{"GET", "/app.js", "gzip", "200 text/javascript; charset=utf-8 gzip gzip"},
		{"GET", "/app.js", "GZIP;Q=0.5", "200 text/javascript; charset=utf-8 gzip gzip"},
		{"GET", "/app.js", "*", "200 text/javascript; charset=utf-8 br brotli"},
		{"GET", "/app.js", "br;q=0, *;q=0.1", "200 text/javascript; charset=utf-8 gzip gzip"},
		{"GET", "/app.js", "br;q=0, gzip;q=0.0", "200 text/javascript; charset=utf-8  plain script"},
		{"GET", "/app.js", "br;q=x, identity", "200 text/javascript; charset=utf-8  plain script"},
		{"GET", "/only.css", "br, gzip", "200 text/css; charset=utf-8 gzip gz"},
		{"GET", "/app.js.gz", "gzip", "200 application/octet-stream  gzip"},

		{"GET", "/empty/", "", `404 application/json  {"error":"Not Found","path":"/empty/"}`},
		{"GET", "/empty", "", `404 application/json  {"error":"Not Found","path":"/empty"}`},
		{"GET", "/nope", "", `404 application/json  {"error":"Not Found","path":"/nope"}`},
		{"GET", "/app.js/", "", `404 application/json  {"error":"Not Found","path":"/app.js/"}`},
		{"GET", "/.env", "", `404 application/json  {"error":"Not Found","path":"/.env"}`},
		{"GET", "/.git/config", "", `404 application/json  {"error":"Not Found","path":"/.git/config"}`},
		{"GET", "/sub/.hidden", "", `404 application/json  {"error":"Not Found","path":"/sub/.hidden"}`},
		{"GET", "/.well-known/.secret.txt", "", `404 application/json  {"error":"Not Found","path":"/.well-known/.secret.txt"}`},
		{"GET", "/sub/../../.env", "", `404 application/json  {"error":"Not Found","path":"/sub/../../.env"}`},
		{"POST", "/", "", `405 application/json  {"error":"Method Not Allowed","path":"/"}`},
	} {
		w := fetch(h, c.method, c.target, "Accept-Encoding", c.encodings)
		got := fmt.Sprint(w.Code, " ", w.Header().Get("Content-Type"), " ", w.Header().Get("Content-Encoding"), " ", w.Body)
		equal(t, c.method+" "+c.target+" "+c.encodings, got, c.want)
	}
}

func TestStaticHeaders(t *testing.T) {
	h := daebus.Static(site())
	w := fetch(h, "GET", "/app.js", "Accept-Encoding", "br")
	equal(t, "Vary", w.Header().Get("Vary"), "Accept-Encoding")
	equal(t, "length", w.Header().Get("Content-Length"), "6")
	equal(t, "Vary of the plain one", fetch(h, "GET", "/app.js").Header().Get("Vary"), "Accept-Encoding")
	equal(t, "Vary without a variant", fetch(h, "GET", "/").Header().Get("Vary"), "")
	equal(t, "Allow", fetch(h, "PUT", "/").Header().Get("Allow"), "GET, HEAD")
	for path, want := range map[string]string{"/sub": "./sub/", "/a:b": "./a:b/"} {
		w = fetch(h, "GET", path)
		equal(t, "redirect of "+path, fmt.Sprint(w.Code, " ", w.Header().Get("Location")), "301 "+want)
	}

	w = fetch(h, "GET", "/")
	equal(t, "kept", w.Header().Get("Cache-Control"), "no-cache")
	if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'self'; ") {
		t.Errorf("got the policy %q", csp)
	}
	own := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src *")
		w.Header().Set("Cache-Control", "max-age=60")
		h.ServeHTTP(w, r)
	})
	w = fetch(own, "GET", "/")
	equal(t, "own policy", w.Header().Get("Content-Security-Policy")+" "+w.Header().Get("Cache-Control"), "default-src * max-age=60")
}

func TestStaticConditions(t *testing.T) {
	files := site()
	h := daebus.Static(files)
	plain := fetch(h, "GET", "/app.js").Header().Get("ETag")
	packed := fetch(h, "GET", "/app.js", "Accept-Encoding", "gzip").Header().Get("ETag")
	if plain == packed || len(plain) != 26 {
		t.Errorf("got ETags %s and %s", plain, packed)
	}
	w := fetch(h, "GET", "/app.js", "If-None-Match", `"other", `+plain)
	equal(t, "unchanged", fmt.Sprint(w.Code, " ", w.Body, w.Header().Get("ETag")), "304 "+plain)
	equal(t, "another variant", fetch(h, "GET", "/app.js", "If-None-Match", packed).Code, 200)

	w = fetch(h, "GET", "/app.js", "Range", "bytes=6-")
	equal(t, "range", fmt.Sprint(w.Code, " ", w.Header().Get("Content-Range"), " ", w.Body), "206 bytes 6-11/12 script")
	w = fetch(h, "GET", "/app.js", "Range", "bytes=6-", "If-Range", packed)
	equal(t, "range of what it was", w.Code, 200)
	w = fetch(h, "GET", "/app.js", "Range", "bytes=99-")
	equal(t, "no such range", w.Code, 416)

	files["app.js"] = &fstest.MapFile{Data: []byte("later script"), ModTime: time.Unix(1, 0)}
	if again := fetch(h, "GET", "/app.js").Header().Get("ETag"); again == plain {
		t.Errorf("the file has changed and its ETag %s has not", again)
	}
}

func TestStaticServesFilesOnly(t *testing.T) {
	h := daebus.Static(fstest.MapFS{
		"pipe":       {Mode: fs.ModeNamedPipe},
		"device":     {Mode: fs.ModeDevice},
		"page.js":    {Data: []byte("script")},
		"page.js.gz": {Mode: fs.ModeNamedPipe},
	})
	for path, want := range map[string]string{
		"/pipe":    `404 {"error":"Not Found","path":"/pipe"}`,
		"/device":  `404 {"error":"Not Found","path":"/device"}`,
		"/page.js": "200 script",
	} {
		w := fetch(h, "GET", path, "Accept-Encoding", "gzip")
		equal(t, path, fmt.Sprint(w.Code, " ", w.Body), want)
	}
}

// readOnly hides everything but Read of the files in it.
type readOnly struct{ fs.FS }

func (r readOnly) Open(name string) (fs.File, error) {
	f, err := r.FS.Open(name)
	return struct{ fs.File }{f}, err
}

func TestStaticWithoutSeek(t *testing.T) {
	h := daebus.Static(readOnly{site()})
	w := fetch(h, "GET", "/app.js", "Range", "bytes=0-4")
	equal(t, "range", fmt.Sprint(w.Code, " ", w.Body), "206 plain")
}

func TestStaticBehindAPrefix(t *testing.T) {
	app := daebus.New("app")
	app.Route("GET /", daebus.Static(site()))
	app.Route("GET /static/", http.StripPrefix("/static/", daebus.Static(site())))
	svc := daebustest.Run(t, daebustest.NewBus(), app)
	for path, want := range map[string]string{"/": "<p>page", "/static/": "<p>page", "/static/sub/": "<p>sub", "/app.js": "plain script"} {
		w := svc.HTTP("GET", path, nil)
		equal(t, path, fmt.Sprint(w.Code, " ", w.Body), "200 "+want)
	}
}

func TestStaticVersion(t *testing.T) {
	one := fstest.MapFS{"a": {Data: []byte("1")}, "b/c": {Data: []byte("2")}}
	version := daebus.StaticVersion(one)
	if again := daebus.StaticVersion(one); again != version || len(version) != 16 {
		t.Errorf("got %q, then %q, want the same 16 digits", version, again)
	}
	for name, other := range map[string]fstest.MapFS{
		"content": {"a": {Data: []byte("1")}, "b/c": {Data: []byte("3")}},
		"name":    {"a": {Data: []byte("1")}, "b/d": {Data: []byte("2")}},
		"fewer":   {"a": {Data: []byte("1")}},
		"shifted": {"a": {Data: []byte("1b/c")}, "": {Data: []byte("2")}},
	} {
		if daebus.StaticVersion(other) == version {
			t.Errorf("another %s: got the same version", name)
		}
	}
}

// Whatever is asked for, what comes is a file that may be seen, whole, or an
// error in JSON.
func FuzzStatic(f *testing.F) {
	files := site()
	h := daebus.Static(files)
	for _, path := range []string{"/", "//", "/sub", "/./.env", "/a\x00b", "/app.js", "/../app.js", "/.well-known/.secret.txt", "/\xff"} {
		f.Add(path, "gzip;q=0.1, *;q=0, br")
	}
	f.Fuzz(func(t *testing.T, target, encodings string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = target
		r.Header.Set("Accept-Encoding", encodings)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch w.Code {
		case 200:
			name := path.Clean("/" + target)[1:]
			for _, served := range []string{name, path.Join(name, "index.html"), name + ".gz", name + ".br"} {
				if file := files[served]; file != nil && bytes.Equal(file.Data, w.Body.Bytes()) && !bytes.Equal(file.Data, []byte("secret")) {
					return
				}
			}
			t.Errorf("got %q", w.Body)
		case 301, 404:
		default:
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		if body, _ := io.ReadAll(w.Body); !bytes.HasPrefix(body, []byte(`{"error":`)) {
			t.Errorf("got %d %s", w.Code, body)
		}
	})
}
