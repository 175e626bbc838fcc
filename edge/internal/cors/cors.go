// Package cors lets pages of other origins read what a service answers, as far
// as it is configured: the Fetch standard's CORS protocol.
package cors

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/cors"
)

// Config says which pages may ask what.
type Config struct {
	Origins     []string      // whose pages may; "*" alone: everybody's
	Methods     []string      // which of a path's methods; default all of them
	Headers     []string      // request headers; "*" alone: all of them
	Expose      []string      // headers of answers, besides those that every page may read
	Credentials bool          // with cookies; never with the origin "*"
	MaxAge      time.Duration // for how long a browser need not ask again
}

var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
}

// New puts the headers of CORS on what next answers. It answers preflights
// itself, with the methods that are both configured and among those known gives
// for a request's path; none means that the path is unknown, and is left to next.
func New(cfg Config, known func(*http.Request) []string, next http.Handler) http.Handler {
	if len(cfg.Methods) == 0 {
		cfg.Methods = methods
	}
	library := cors.New(cors.Options{
		AllowedOrigins:     cfg.Origins,
		AllowedMethods:     cfg.Methods,
		AllowedHeaders:     cfg.Headers,
		ExposedHeaders:     cfg.Expose,
		AllowCredentials:   cfg.Credentials,
		MaxAge:             int(cfg.MaxAge.Seconds()),
		OptionsPassthrough: true,
	})
	return library.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.Header.Get("Access-Control-Request-Method")
		if r.Method != http.MethodOptions || asked == "" {
			next.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		found := known(r)
		allowed := slices.DeleteFunc(slices.Clone(found), func(m string) bool { return !slices.Contains(cfg.Methods, m) })
		switch {
		case !slices.Contains(allowed, asked): // the library looks at no path
			for name := range h {
				if strings.HasPrefix(name, "Access-Control-") {
					h.Del(name)
				}
			}
		case h.Get("Access-Control-Allow-Methods") != "":
			h.Set("Access-Control-Allow-Methods", strings.Join(allowed, ", "))
		}
		if len(found) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Allow", strings.Join(found, ", "))
		w.WriteHeader(http.StatusNoContent)
	}))
}
