package cbor

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// transcoder lets the library call a function.
type transcoder func(w io.Writer, r io.Reader) error

func (t transcoder) Transcode(w io.Writer, r io.Reader) error { return t(w, r) }

// What was JSON holds no value that writes or reads itself.
var (
	plainEncoding = must(cbor.CoreDetEncOptions().EncMode())
	plainDecoding = must(anyOptions().DecMode())
)

// fromJSON writes JSON as CBOR, for values that only know how to write JSON.
func fromJSON(w io.Writer, r io.Reader) error {
	d := json.NewDecoder(r)
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	v, err := numbers(v)
	if err != nil {
		return err
	}
	return plainEncoding.NewEncoder(w).Encode(v)
}

// numbers gives the numbers in v the type they have: integers stay exact as far
// as CBOR's own go, 64 bits.
func numbers(v any) (_ any, err error) {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			if v[i], err = numbers(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for key := range v {
			if v[key], err = numbers(v[key]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func number(n json.Number) (any, error) {
	if !strings.ContainsAny(n.String(), ".eE") {
		var signed int64
		if json.Unmarshal([]byte(n), &signed) == nil {
			return signed, nil
		}
		var unsigned uint64
		if json.Unmarshal([]byte(n), &unsigned) == nil {
			return unsigned, nil
		}
	}
	return n.Float64()
}

// toJSON writes CBOR as JSON, for values that only know how to read JSON.
func toJSON(w io.Writer, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	var v any
	if err := plainDecoding.Unmarshal(data, &v); err != nil {
		return err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
