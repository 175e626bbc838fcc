// Package client holds daebus.js, the browser's end of a service, and its type
// declarations, which document it. Neither needs a build: a page imports
// /daebus.js from the service that serves it, and a project with a build of its
// own installs this directory as the package "daebus".
package client

import (
	"embed"
	"net/http"

	"github.com/daebus/daebus-go/daebus"
)

//go:embed daebus.js daebus.d.ts
var files embed.FS

// Handler serves /daebus.js and, for editors, /daebus.d.ts. Browsers keep them,
// and ask each time whether they have changed.
func Handler() http.Handler { return daebus.Static(files) }
