package main

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"

	"github.com/daebus/daebus-go/daebus"
)

//go:embed page
var embedded embed.FS

// page is the embedded files.
type page struct{ files fs.FS }

func newPage() page {
	files, err := fs.Sub(embedded, "page")
	if err != nil {
		panic(err) // the name is a constant
	}
	return page{files}
}

func (p page) route(app *daebus.App) {
	static := daebus.Static(p.files)
	app.Route("GET /{$}", static)
	app.Route("GET /static/", http.StripPrefix("/static/", static))
	app.PageVersion(p.version())
}

// version changes when a file does.
func (p page) version() string {
	whole := sha256.New()
	err := fs.WalkDir(p.files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(p.files, name)
		whole.Write([]byte(name))
		whole.Write(text)
		return err
	})
	if err != nil {
		panic(err) // an embedded file cannot be missing
	}
	return hex.EncodeToString(whole.Sum(nil)[:8])
}
