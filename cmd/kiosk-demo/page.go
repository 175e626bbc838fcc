package main

import (
	"embed"
	"io/fs"
	"net/http"

	"github.com/daebus/daebus-go/daebus"
)

//go:embed page
var embedded embed.FS

// page returns the files of the page.
func page() fs.FS {
	files, err := fs.Sub(embedded, "page")
	if err != nil {
		panic(err) // the name is a constant
	}
	return files
}

func servePage(app *daebus.App) {
	static := daebus.Static(page())
	app.Route("GET /{$}", static)
	app.Route("GET /static/", http.StripPrefix("/static/", static))
	app.PageVersion(daebus.StaticVersion(page()))
}
