package daebus

import (
	"encoding/json"
	"errors"
	"net/http"
)

// WriteError answers an HTTP request with {"status":"error","error":…,"code":…}:
// the code of err, and of its text what a stranger may read. A status of 0 means
// the one that a method StatusCode() int of err, or of an error in it, names, else
// that of the code.
func WriteError(w http.ResponseWriter, status int, err error) {
	code := CodeOf(err)
	if code == Busy && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "1") // seconds
	}
	if status == 0 {
		status = statusOf(err, code)
	}
	body, _ := json.Marshal(struct {
		Status string `json:"status"`
		errorBody
	}{"error", errorBody{publicText(err), code}})
	writeJSON(w, status, body)
}

func statusOf(err error, code Code) int {
	var own interface{ StatusCode() int }
	if errors.As(err, &own) {
		return own.StatusCode()
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
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
