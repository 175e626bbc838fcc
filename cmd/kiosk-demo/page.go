package main

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"

	"github.com/daebus/daebus-go/daebus"
)

//go:embed page
var pageFiles embed.FS

// page is the embedded files, ready to be served.
type page struct {
	files   map[string]asset // by path below page/
	version string           // changes when a file does
}

type asset struct {
	kind, tag string
	body      []byte
}

// policy lets the page load nothing from elsewhere, and run nothing inline.
// The icon is a data URL.
const policy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

func newPage() *page {
	p := &page{files: map[string]asset{}}
	whole := sha256.New()
	err := fs.WalkDir(pageFiles, "page", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := pageFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		whole.Write(sum[:])
		p.files[name[len("page/"):]] = asset{kindOf(name), `"` + hex.EncodeToString(sum[:8]) + `"`, body}
		return nil
	})
	if err != nil {
		panic(err) // an embedded file cannot be missing
	}
	p.version = hex.EncodeToString(whole.Sum(nil)[:8])
	return p
}

// kinds are the media types of what the page is made of. Package mime would
// ask the machine's own table, which may differ.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
}

func kindOf(name string) string {
	return cmp.Or(kinds[path.Ext(name)], "text/plain; charset=utf-8")
}

func (p *page) route(app *daebus.App) {
	app.Route("GET /{$}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, "index.html") }))
	app.Route("GET /static/{name...}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, r.PathValue("name")) }))
}

func (p *page) serve(w http.ResponseWriter, r *http.Request, name string) {
	a, ok := p.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("ETag", a.tag)
	h.Set("Cache-Control", "no-cache") // kept, but asked for anew: a device is updated under an open page
	if r.Header.Get("If-None-Match") == a.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write(a.body) // the browser may have gone
}
