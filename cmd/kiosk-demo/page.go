package main

import (
	"embed"
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
	app.PageVersion(daebus.StaticVersion(p.files))
}
