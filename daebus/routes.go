package daebus

import (
	"encoding/json"
	"net/http"
	"slices"
)

// methods are those that a client can ask a route for.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// ServeHTTP answers the service's routes. What matches none of them gets a JSON
// body too; OPTIONS of a path that is known by other methods gets these.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	// ServeMux knows whether it is the path or the method that has no handler,
	// which methods have, and where a path leads that is not clean; only its
	// text is replaced.
	m := mute{ResponseWriter: w}
	s.mux.ServeHTTP(&m, r)
	if r.Method == http.MethodOptions && m.status == http.StatusMethodNotAllowed {
		allow(w, w.Header().Get("Allow")+", "+http.MethodOptions)
		return
	}
	writeStatus(w, r, m.status)
}

// Methods lists the methods that the path of r is answered for, OPTIONS among
// them. There are none when the path is unknown.
func (s *Service) Methods(r *http.Request) []string {
	probe := r.WithContext(r.Context()) // a copy
	found := slices.DeleteFunc(slices.Clone(methods), func(method string) bool {
		probe.Method = method
		_, pattern := s.mux.Handler(probe)
		return pattern == ""
	})
	if len(found) > 0 && !slices.Contains(found, http.MethodOptions) {
		found = append(found, http.MethodOptions)
	}
	return found
}

// mute takes the headers of an answer, keeps its status and drops its text.
type mute struct {
	http.ResponseWriter
	status int
}

func (m *mute) WriteHeader(status int)      { m.status = status }
func (m *mute) Write(b []byte) (int, error) { return len(b), nil }

// allow answers OPTIONS.
func allow(w http.ResponseWriter, methods string) {
	w.Header().Set("Allow", methods)
	w.WriteHeader(http.StatusNoContent)
}

// writeStatus answers a request that no handler got, as the original does.
func writeStatus(w http.ResponseWriter, r *http.Request, status int) {
	body, _ := json.Marshal(map[string]string{"error": http.StatusText(status), "path": r.URL.Path})
	writeJSON(w, status, body)
}
