// Package gate decides who may come in over HTTP: by which name the device was
// called, whose page asks, from which machine, and how many there are already.
package gate

import "net/http"

// Headers keeps browsers from guessing what an answer is, from showing it inside
// a page of another origin, and from telling others where a link was followed. A
// handler that sets these headers itself prevails.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
