// Package client holds daebus.js, the browser's end of a service, and its type
// declarations, which document it. Neither needs a build: a page imports
// /daebus.js from the service that serves it, and a project with a build of its
// own installs this directory as the package "daebus".
package client

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strconv"
)

var (
	//go:embed daebus.js
	script []byte
	//go:embed daebus.d.ts
	types []byte
)

// Script serves daebus.js. Browsers keep it, and ask each time whether it has
// changed.
func Script() http.Handler { return file(script, "text/javascript; charset=utf-8") }

// Types serves daebus.d.ts, for editors.
func Types() http.Handler { return file(types, "text/plain; charset=utf-8") }

func file(body []byte, kind string) http.Handler {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("ETag", tag)
		h.Set("Cache-Control", "no-cache")
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", kind)
		h.Set("Content-Length", strconv.Itoa(len(body)))
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(body) // the browser may have gone
	})
}
