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
func HTTP(h Handler) http.Handler { return &httpHandler{h, nil} }

type httpHandler struct {
	Handler
	s *Service // nil outside a Service
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
	v, err := h.run(r, &req)
	if err != nil {
		writeError(w, err)
		return
	}
	body, err := JSON.Append(nil, v)
	if err != nil {
		err = internalf("the reply cannot be encoded: %w", err)
		if h.s != nil {
			h.s.logInternal("route", req.Name, err)
		}
		writeError(w, err)
		return
	}
	status := http.StatusOK
	if s, ok := v.(interface{ StatusCode() int }); ok {
		status = s.StatusCode()
	}
	writeJSON(w, status, body)
}

func (h *httpHandler) run(r *http.Request, req *Request) (any, error) {
	if h.s == nil {
		return h.Serve(r.Context(), req) // net/http recovers
	}
	v, err := h.s.serve(r.Context(), h.Handler, req)
	if err != nil {
		h.s.logInternal("route", req.Name, err)
	}
	return v, err
}

// ServeHTTP answers the service's routes; what matches none of them gets a
// JSON body too.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	// ServeMux knows whether it is the path or the method that has no handler,
	// and which methods have; only its text is replaced.
	m := mute{header: http.Header{}}
	s.mux.ServeHTTP(&m, r)
	if allow := m.header.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
	}
	body, _ := json.Marshal(map[string]string{"error": http.StatusText(m.status), "path": r.URL.Path})
	writeJSON(w, m.status, body)
}

// mute keeps the status of an answer and drops its text.
type mute struct {
	header http.Header
	status int
}

func (m *mute) Header() http.Header         { return m.header }
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
