package daebus

import (
	"encoding/json"
	"errors"
	"net/http"
)

// HTTP makes an http.Handler of h. The payload is the JSON body, else the form,
// else the query, else {}; values of the path are added by name. Path, form and
// query values are text: Func turns them into the types of its struct's fields.
//
// The answer is the value as JSON with status 200, or with the one its method
// StatusCode() int names; an error is
// {"status":"error","error":…,"code":…} with its code's status. Progress is
// left out.
//
// Middleware is put around the handlers that are given to Route, and not around
// those behind an http.ServeMux of your own; these log to slog.Default.
func HTTP(h Handler) http.Handler { return &httpHandler{h, &Service{client: new(Client)}} }

type httpHandler struct {
	Handler
	s *Service // an empty one until Route has made it part of another
}

func httpFault(h http.Handler) string {
	if own, ok := h.(*httpHandler); ok {
		return faultOf(own.Handler)
	}
	return ""
}

func (h *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req := Request{Name: r.Pattern, HTTP: r, codec: JSON}
	if err := readPayload(r, &req); err != nil {
		writeError(w, err)
		return
	}
	h.s.Stats.Routes.Add(1)
	v, err := h.s.serve(r.Context(), h.Handler, &req)
	var body []byte
	if err == nil {
		body, err = h.s.encode(nil, JSON, req.Name, v)
	}
	if err != nil {
		h.s.logHidden("route", req.Name, err)
		writeError(w, err)
		return
	}
	status := http.StatusOK
	if s, ok := v.(interface{ StatusCode() int }); ok {
		status = s.StatusCode()
	}
	writeJSON(w, status, body)
}

// ServeHTTP answers the service's routes; what matches none of them gets a
// JSON body too.
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
	body, _ := json.Marshal(map[string]string{"error": http.StatusText(m.status), "path": r.URL.Path})
	writeJSON(w, m.status, body)
}

// mute takes the headers of an answer, keeps its status and drops its text.
type mute struct {
	http.ResponseWriter
	status int
}

func (m *mute) WriteHeader(status int)      { m.status = status }
func (m *mute) Write(b []byte) (int, error) { return len(b), nil }

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}

// writeError answers with an error's code and what a stranger may read of it.
func writeError(w http.ResponseWriter, err error) {
	code := CodeOf(err)
	if code == Busy {
		w.Header().Set("Retry-After", "1")
	}
	status := httpStatus(code)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	body, _ := json.Marshal(struct {
		Status string `json:"status"`
		errorBody
	}{"error", errorBody{publicText(err), code}})
	writeJSON(w, status, body)
}

func httpStatus(code Code) int {
	switch code {
	case Invalid:
		return http.StatusBadRequest
	case Denied:
		return http.StatusForbidden
	case NotFound:
		return http.StatusNotFound
	case Conflict:
		return http.StatusConflict
	case Busy, Unavailable:
		return http.StatusServiceUnavailable
	case Timeout:
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}
