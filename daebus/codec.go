package daebus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// Codec is an encoding of messages. JSON is always understood; App.Accept adds
// another, such as cbor.Codec. A message's first byte tells its encoding, and
// a request is answered in its own. Only packages of this module can make one.
type Codec interface {
	// Name is how errors call it.
	Name() string

	// Matches reports whether msg can only be a message in this encoding.
	Matches(msg []byte) bool

	// Append appends v encoded to dst.
	Append(dst []byte, v any) ([]byte, error)

	// Unmarshal decodes data into the value v points to, and keeps no part of data.
	Unmarshal(data []byte, v any) error

	// ScanRequest and ScanResponse read an envelope, as those of package wire do.
	ScanRequest(msg []byte, r *wire.Request) error
	ScanResponse(msg []byte, r *wire.Response) error

	// AppendRequest and AppendResponse write one, as those of package wire do.
	AppendRequest(dst []byte, action string, payload []byte, replyTo string, id []byte, service string, timeoutMS int64) []byte
	AppendResponse(dst []byte, status wire.Status, payload, id []byte, final bool) []byte
}

// JSON is the encoding every Daebus peer understands.
var JSON Codec = jsonCodec{}

type jsonCodec struct{}

func (jsonCodec) Name() string { return "JSON" }

func (jsonCodec) Matches([]byte) bool { return true }

func (jsonCodec) Append(dst []byte, v any) ([]byte, error) {
	b, err := rawJSON(v)
	if b == nil && err == nil {
		b, err = json.Marshal(v)
	}
	return append(dst, b...), err
}

// compactJSON is v encoded with no space between its parts.
func compactJSON(v any) ([]byte, error) {
	b, err := rawJSON(v)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return json.Marshal(v)
	}
	var out bytes.Buffer
	err = json.Compact(&out, b)
	return out.Bytes(), err
}

// rawJSON returns the raw JSON that v is, checked but where it stands, and nil
// when v is any other value.
func rawJSON(v any) (raw []byte, err error) {
	switch v := v.(type) {
	case json.RawMessage:
		raw = v
	case *json.RawMessage:
		if v != nil {
			raw = *v
		}
	}
	if raw == nil {
		return nil, nil
	}
	if err := wire.Check(raw); err != nil {
		return nil, fmt.Errorf("raw JSON: %w", err)
	}
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte("\uFFFD")) // as encoding/json does; a WebSocket would be closed for it
	}
	return raw, nil
}

func (jsonCodec) Unmarshal(data []byte, v any) error {
	if raw, ok := v.(*json.RawMessage); ok {
		if err := wire.Check(data); err != nil {
			return err
		}
		*raw = append((*raw)[:0], data...)
		return nil
	}
	err := json.Unmarshal(data, v)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		field := "payload"
		if mismatch.Field != "" {
			field += "." + mismatch.Field
		}
		return fmt.Errorf("%s: got %s; want %s", field, mismatch.Value, jsonKind(mismatch.Type))
	}
	if err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	return nil
}

// jsonKind is what a sender calls a value of type t.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Pointer:
		return jsonKind(t.Elem())
	}
	return "a whole number that fits " + t.Kind().String()
}

func (jsonCodec) ScanRequest(msg []byte, r *wire.Request) error   { return wire.ScanRequest(msg, r) }
func (jsonCodec) ScanResponse(msg []byte, r *wire.Response) error { return wire.ScanResponse(msg, r) }

func (jsonCodec) AppendRequest(dst []byte, action string, payload []byte, replyTo string, id []byte, service string, timeoutMS int64) []byte {
	return wire.AppendRequest(dst, action, payload, replyTo, id, service, timeoutMS)
}

func (jsonCodec) AppendResponse(dst []byte, status wire.Status, payload, id []byte, final bool) []byte {
	return wire.AppendResponse(dst, status, payload, id, final)
}

// codecOf is the codec that msg is written in: the first of codecs to match it.
// JSON, which matches everything, is the last of them.
func codecOf(codecs []Codec, msg []byte) Codec {
	for _, c := range codecs {
		if c.Matches(msg) {
			return c
		}
	}
	return JSON
}

// errorBody is the payload of an error reply. A Python peer sends no code.
type errorBody struct {
	Error string `json:"error"`
	Code  Code   `json:"code,omitempty"`
}

// remoteError is the error that a peer's error payload tells of. On the bus an
// internal error is told in full, which is not for those outside the device.
func remoteError(c Codec, payload []byte) *Error {
	var body errorBody
	if c.Unmarshal(payload, &body) != nil || body.Error == "" {
		body.Error = "the peer gave no reason: " + clip(payload)
	}
	if body.Code == "" {
		body.Code = Internal
	}
	return &Error{Code: body.Code, Message: body.Error, inside: body.Code == Internal}
}

// clip is the head of b, to be shown in an error.
func clip(b []byte) string {
	const most = 80
	if len(b) > most {
		return strings.ToValidUTF8(string(b[:most]), "") + "…"
	}
	return string(b)
}
