package daebus_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// fields has a field of each kind that text is turned into.
type fields struct {
	I    int8            `json:"i"`
	U    *uint16         `json:"u"`
	F    float64         `json:"f"`
	B    bool            `json:"b"`
	S    string          `json:"s"`
	L    []int64         `json:"l"`
	T    time.Time       `json:"t"`
	Raw  json.RawMessage `json:"raw"`
	Any  any             `json:"any"`
	Path string          `json:"path"`
}

// Whatever a stranger sends is answered, and what a field takes is what the
// slow twin, strconv, makes of the text.
func FuzzForm(f *testing.F) {
	for _, query := range []string{
		"", "i=7&u=7&f=1.5&b=on&s=x&l=1&l=2&t=2026-01-02T03:04:05Z&raw=1&any=x", "i=null", "i=+7", "i=1e2", "i=128", "u=-1", "f=1e999", "f=NaN",
		"b=maybe", "l=", "l=1&l=x", "t=5", "s=%ff", "i=%zz", "i=1;s=2", "path=x", "L=1&S=x", "PATH=x", "=", "&&", `{"i":1}`,
	} {
		f.Add(query, []byte(nil))
		f.Add(query, []byte(`{"i":5,"s":"body"}`))
	}
	f.Add("", []byte(`{"i":null,"l":null}`))
	f.Add("", []byte(`[NaN]`))

	var got *fields
	mux := http.NewServeMux()
	mux.Handle("/typed/{path}", daebus.HTTP(daebus.Func(func(_ context.Context, in fields) (any, error) { got = &in; return nil, nil })))
	mux.Handle("/raw/{path}", daebus.HTTP(raw))
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		got = nil
		w := serveForm(mux, "/typed/p", query, body)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
		if raw := serveForm(mux, "/raw/p", query, body); !json.Valid(raw.Body.Bytes()) {
			t.Errorf("got the payload %s", raw.Body)
		}
		if got == nil {
			return
		}
		if got.Path != "p" {
			t.Errorf("got the path %q, want p", got.Path)
		}
		if values, err := url.ParseQuery(query); err == nil && len(body) == 0 {
			compareFields(t, got, values)
		}
	})
}

func serveForm(h http.Handler, path, query string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(string(body)))
	r.URL.RawQuery = query
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func compareFields(t *testing.T, got *fields, values url.Values) {
	t.Helper()
	last := func(name string) (text string, ok bool) {
		if texts := values[name]; len(texts) > 0 {
			return texts[len(texts)-1], true
		}
		return "", false
	}
	if text, ok := last("i"); ok {
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 8); err != nil || int64(got.I) != n {
			t.Errorf("i=%q: got %d, want %d, %v", text, got.I, n, err)
		}
	}
	if text, ok := last("f"); ok {
		if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil || got.F != n {
			t.Errorf("f=%q: got %v, want %v, %v", text, got.F, n, err)
		}
	}
	if text, ok := last("s"); ok && got.S != string([]rune(text)) {
		t.Errorf("s=%q: got %q", text, got.S)
	}
	l, ok := values["l"]
	if !ok {
		l = values["L"]
	}
	if n := len(l); len(got.L) != n {
		t.Errorf("l: got %d elements, want %d", len(got.L), n)
	}
}
