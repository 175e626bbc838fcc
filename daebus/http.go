package daebus

import (
	"net/http"
	"strings"
)

// HTTP makes an http.Handler of h. The payload is the JSON body, else the form,
// else the query, else {}; values of the path are added by name. Path, form and
// query values are text: Func turns them into the types of its struct's fields,
// whose names they match as in JSON, if need be in another case.
//
// The answer is the value as JSON with status 200, or with the one its method
// StatusCode() int names; an error is that of WriteError. Progress is left out.
// No cache keeps an answer unless a http.Handler around this one says so in
// Cache-Control. OPTIONS is answered with the methods there are.
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
	if r.Method == http.MethodOptions && !strings.HasPrefix(r.Pattern, http.MethodOptions) {
		allow(w, strings.Join(methods, ", ")) // the pattern names no method
		return
	}
	req := Request{Name: r.Pattern, HTTP: r, codec: JSON}
	if err := readPayload(r, &req); err != nil {
		WriteError(w, 0, err)
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
		WriteError(w, 0, err)
		return
	}
	status := http.StatusOK
	if s, ok := v.(interface{ StatusCode() int }); ok {
		status = s.StatusCode()
	}
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}
