package daebus

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// form is what an HTTP request says beside or instead of a JSON body.
type form struct {
	body   []byte     // the JSON body; nil when there is none
	values url.Values // of the form or the query, and of the path
	files  map[string][]File
}

// readPayload fills in what the client sent.
func readPayload(r *http.Request, req *Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	for _, name := range pathNames(r.Pattern) {
		if f.values == nil {
			f.values = url.Values{}
		}
		maps.DeleteFunc(f.values, func(other string, _ []string) bool { return strings.EqualFold(other, name) })
		f.values.Set(name, r.PathValue(name))
	}
	req.Payload = f.body
	if req.Payload == nil {
		req.Payload = []byte("{}")
	}
	if len(f.values) > 0 {
		req.Payload = addText(req.Payload, f.values)
	}
	if len(f.values) > 0 || len(f.files) > 0 {
		req.form = f
	}
	return nil
}

func readForm(r *http.Request) (*form, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return readMultipart(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, bodyError("body", err)
	}
	switch {
	case len(body) == 0:
		return &form{values: r.URL.Query()}, nil
	case kind == "application/x-www-form-urlencoded" && !isDocument(body):
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, bodyError("form", err)
		}
		return &form{values: values}, nil
	case kind == "application/json" || kind == "" || strings.HasSuffix(kind, "+json") || isDocument(body):
		if err := json.Unmarshal(body, new(json.RawMessage)); err != nil {
			return nil, Errorf(Invalid, "invalid JSON: %w", err)
		}
		return &form{body: body}, nil
	}
	return &form{}, nil // a kind that we do not read, as the original does not
}

// isDocument reports whether body is a JSON object or array whatever it is
// called: curl -d calls everything a form.
func isDocument(body []byte) bool {
	return (body[0] == '{' || body[0] == '[') && json.Valid(body)
}

func bodyError(what string, err error) error {
	if CodeOf(err) == Busy {
		return err // of a runtime that has too many of them
	}
	text := what + ": " + err.Error()
	var ofNet interface{ Timeout() bool } // it names the addresses of both ends
	switch tooLarge := new(http.MaxBytesError); {
	case errors.As(err, &tooLarge):
		text = "the " + what + " is too large"
	case errors.As(err, &ofNet):
		text = "the " + what + " did not come as a whole"
	}
	return &Error{Code: Invalid, Message: text, cause: err}
}

// pathNames lists the wildcards of a ServeMux pattern.
func pathNames(pattern string) (names []string) {
	for part := range strings.SplitSeq(pattern, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "...")
			if name != "" && name != "$" {
				names = append(names, name)
			}
		}
	}
	return names
}

// addText adds values to a JSON object as text, for handlers that read the
// payload themselves. Another kind of payload stays as it is.
func addText(object []byte, values url.Values) []byte {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(object, &fields) != nil || fields == nil {
		return object
	}
	for name, texts := range values {
		var v any = texts
		if len(texts) == 1 {
			v = texts[0]
		}
		fields[name], _ = json.Marshal(v)
	}
	out, _ := json.Marshal(fields) // every field is JSON already
	return out
}
