package daebustest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// HTTP sends a request to the service's routes and returns the answer. The body
// is nil for none, url.Values for a form, a string or an io.Reader for the bytes
// of a JSON document as they are, and any other value to be sent as JSON. For
// everything else a request can be, the Service is an http.Handler.
func (s *Service) HTTP(method, target string, body any) *httptest.ResponseRecorder {
	reader, kind := content(body)
	r := httptest.NewRequestWithContext(s.work, method, target, reader)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// ServeHTTP answers the service's routes.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.service.ServeHTTP(w, r) }

func content(body any) (r io.Reader, kind string) {
	const jsonKind = "application/json"
	switch body := body.(type) {
	case nil:
		return nil, ""
	case url.Values:
		return strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	case string:
		return strings.NewReader(body), jsonKind
	case io.Reader:
		return body, jsonKind
	}
	return strings.NewReader(encode(body)), jsonKind
}

// encode is v as JSON. A value that has none is a mistake in the test.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("daebustest: %v", err))
	}
	return string(b)
}
