package daebus

import (
	"encoding/json"
	"errors"
	"net/http"
)

// Request is one message for a handler. It is reused: neither it nor its Payload
// may be kept after the handler has returned.
type Request struct {
	// Name is what was asked for: the action, the channel the message came in
	// on, the type of the WebSocket message, or the pattern of the route.
	Name string

	// Payload is what the sender said, in its own encoding (JSON unless the
	// service accepts others).
	Payload []byte

	Peer Peer          // the WebSocket peer that asked; nil elsewhere
	HTTP *http.Request // the HTTP request; nil elsewhere

	codec  Codec
	text   []byte   // the JSON string that Payload was parsed out of
	form   *form    // of an HTTP request with values or files outside its JSON body
	report reporter // takes progress; nil where nobody can
	raw    json.RawMessage
}

// Raw is the reply that b, which must be JSON, stands for as it is: what a handler
// returns to answer without an allocation. It may be part of Payload, and
// holds until the handler returns.
//
//	return req.Raw(req.Payload), nil
func (r *Request) Raw(b []byte) any {
	r.raw = b
	return &r.raw
}

// Decode stores the payload in the value v points to. The error has the code
// Invalid and names the field that does not fit.
func (r *Request) Decode(v any) error {
	err := r.decode(v)
	if err == nil {
		return nil
	}
	return Errorf(Invalid, "%w", err)
}

func (r *Request) decode(v any) error {
	if r.form != nil {
		return r.form.bind(r.Payload, v)
	}
	codec := r.codec
	if codec == nil {
		codec = JSON
	}
	if len(r.Payload) == 0 {
		return errors.New("payload: empty; want " + codec.Name())
	}
	err := codec.Unmarshal(r.Payload, v)
	if err != nil && r.text != nil {
		// A string that happens to hold JSON, sent to a handler that wants a string.
		if codec.Unmarshal(r.text, v) == nil {
			return nil
		}
	}
	return err
}

// Files returns the files of that name in a multipart form. There are none in
// other requests, and none in the Payload.
func (r *Request) Files(name string) []File {
	if r.form == nil {
		return nil
	}
	return r.form.files[name]
}

// Report sends v to the caller as progress. It does nothing where the caller
// cannot take progress: a plain HTTP route, a message with no reply address.
// It must not be called after the handler has returned.
func (r *Request) Report(v any) error {
	if r.report == nil {
		return nil
	}
	return r.report.progress(v)
}

// reporter sends progress to whoever asked.
type reporter interface{ progress(v any) error }
