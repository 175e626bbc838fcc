package cbor

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"github.com/daebus/daebus-go/daebus"
)

// Codec is the CBOR encoding; give it to App.Accept and daebus.Encoding.
var Codec daebus.Codec = codec{}

// RawMessage is CBOR as it stands, for a handler that reads and writes its own.
type RawMessage = cbor.RawMessage

const (
	maxDepth = 64      // arrays, maps and tags within each other
	maxItems = 1 << 16 // elements of an array, or pairs of a map
)

var (
	encoding = must(encOptions().UserBufferEncMode())
	decoding = must(decOptions().DecMode())
)

func encOptions() cbor.EncOptions {
	o := cbor.CoreDetEncOptions() // RFC 8949, section 4.2.1
	o.NaNConvert = cbor.NaNConvertReject
	o.InfConvert = cbor.InfConvertReject
	o.Time = cbor.TimeRFC3339Nano
	o.OmitEmpty = cbor.OmitEmptyGoValue
	o.BinaryMarshaler = cbor.BinaryMarshalerNone
	o.TextMarshaler = cbor.TextMarshalerTextString
	o.JSONMarshalerTranscoder = transcoder(fromJSON)
	return o
}

func decOptions() cbor.DecOptions {
	o := anyOptions()
	o.BinaryUnmarshaler = cbor.BinaryUnmarshalerNone
	o.TextUnmarshaler = cbor.TextUnmarshalerTextString
	o.JSONUnmarshalerTranscoder = transcoder(toJSON)
	return o
}

// anyOptions say what is accepted, and what it is in an any.
func anyOptions() cbor.DecOptions {
	return cbor.DecOptions{
		DupMapKey:            cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels:      maxDepth,
		MaxArrayElements:     maxItems,
		MaxMapPairs:          maxItems,
		NaN:                  cbor.NaNDecodeForbidden,
		Inf:                  cbor.InfDecodeForbidden,
		BigIntDec:            cbor.BigIntDecodePointer, // encoding/json writes it as a number
		DefaultMapType:       reflect.TypeFor[map[string]any](),
		TimeTagToAny:         cbor.TimeTagToRFC3339Nano,
		UnrecognizedTagToAny: cbor.UnrecognizedTagContentToAny,
	}
}

// must takes the modes of the options above, which do not depend on anything.
func must[T any](mode T, err error) T {
	if err != nil {
		panic(err)
	}
	return mode
}

type codec struct{}

func (codec) Name() string { return "CBOR" }

// Matches reports whether msg begins as a map, tagged as CBOR or not. No JSON
// text does.
func (codec) Matches(msg []byte) bool {
	return len(msg) > 0 && msg[0]>>5 == majorMap || bytes.HasPrefix(msg, selfDescribed)
}

func (codec) Append(dst []byte, v any) ([]byte, error) {
	buf := bytes.NewBuffer(dst)
	if err := encoding.MarshalToBuffer(v, buf); err != nil {
		return dst, err
	}
	return buf.Bytes(), nil
}

func (codec) Unmarshal(data []byte, v any) error {
	err := decoding.Unmarshal(data, v)
	if mismatch, ok := errors.AsType[*cbor.UnmarshalTypeError](err); ok {
		field := "payload"
		if name := mismatch.StructFieldName; name != "" {
			field += name[strings.LastIndexByte(name, '.'):] // it is Type.field
		}
		return fmt.Errorf("%s: got %s; want %s", field, mismatch.CBORType, mismatch.GoType)
	}
	if err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	return nil
}
