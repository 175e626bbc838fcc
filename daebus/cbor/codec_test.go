package cbor_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/cbor"
)

// bytesOf is the bytes of a hexadecimal text with spaces.
func bytesOf(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := cbor.Codec.Append(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type celsius float64

func (c celsius) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]float64{"celsius": float64(c)})
}

func (c *celsius) UnmarshalJSON(b []byte) error {
	var v map[string]float64
	err := json.Unmarshal(b, &v)
	*c = celsius(v["celsius"])
	return err
}

type sample struct {
	Name    string            `json:"name"`
	At      time.Time         `json:"at"`
	Peer    netip.Addr        `json:"peer"`
	Value   float64           `json:"value"`
	Celsius celsius           `json:"celsius"`
	Count   uint64            `json:"count"`
	Note    string            `json:"note,omitempty"`
	List    []int             `json:"list,omitempty"`
	Labels  map[string]string `json:"labels"`
	Raw     json.RawMessage   `json:"raw"`
	Hidden  int               `json:"-"`
}

var reading = sample{
	Name:    "ötz",
	At:      time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC),
	Peer:    netip.MustParseAddr("192.0.2.7"),
	Value:   21.5,
	Celsius: 37,
	Count:   math.MaxUint64,
	Labels:  map[string]string{"b": "2", "a": "1"},
	Raw:     json.RawMessage(`{"n":[1,-2,2.5,18446744073709551615],"t":true,"z":null}`),
	Hidden:  1,
}

// What went through CBOR is, read as anything, what went through JSON.
func TestAgreesWithJSON(t *testing.T) {
	b := encode(t, reading)
	var anything any
	if err := cbor.Codec.Unmarshal(b, &anything); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(anything)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(reading)
	var sorted map[string]json.RawMessage // the order of the keys does not count
	json.Unmarshal(want, &sorted)
	want, _ = json.Marshal(sorted)
	if !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	var back sample
	if err := cbor.Codec.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	expect := reading
	expect.Hidden = 0
	if !reflect.DeepEqual(back, expect) {
		t.Errorf("got  %+v\nwant %+v", back, expect)
	}
}

func TestDeterministic(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{map[string]int{"bb": 1, "a": 2, "b": 3}, "a3 6161 02 6162 03 626262 01"},
		{1.5, "f93e00"},
		{100000.0, "fa47c35000"},
		{uint64(24), "1818"},
		{[]byte{1, 2}, "420102"},
		{nil, "f6"},
		{cbor.RawMessage{0x01}, "01"},
		{json.RawMessage(`-18446744073709551616`), "fadf800000"}, // beyond 64 bits: a float
	} {
		if got := encode(t, c.v); !bytes.Equal(got, bytesOf(t, c.want)) {
			t.Errorf("%v: got %x, want %s", c.v, got, c.want)
		}
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	dst := append(make([]byte, 0, 8), "head"...)
	if got, err := cbor.Codec.Append(dst, 1); string(got) != "head\x01" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	for _, bad := range []any{math.NaN(), math.Inf(1), make(chan int), json.RawMessage("{"), json.RawMessage(`[{"a":1e999}]`)} {
		if got, err := cbor.Codec.Append(dst, bad); string(got) != "head" || err == nil {
			t.Errorf("%v: got %q, %v; want an error", bad, got, err)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for _, c := range []struct{ name, msg, want string }{
		{"NaN", "f97e00", "NaN"},
		{"infinity", "f97c00", "infinity"},
		{"a duplicate key", "a2 6161 01 6161 02", "duplicate map key"},
		{"bad UTF-8", "61ff", "UTF-8"},
		{"a key that is no text", "a1 01 02", "payload: got positive integer; want string"},
		{"too deep", strings.Repeat("81", 65) + "00", "exceeded max nested level"},
		{"too many", "9a 00010001" + strings.Repeat("00", 65537), "exceeded max number of elements"},
		{"a short item", "19", "payload: "},
		{"a lie about a length", "9b 00ffffffffffffff", "payload: "},
	} {
		var v any
		if err := cbor.Codec.Unmarshal(bytesOf(t, c.msg), &v); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v; want %q", c.name, v, err, c.want)
		}
	}
	var typed struct {
		Level int `json:"level"`
	}
	err := cbor.Codec.Unmarshal(encode(t, map[string]string{"level": "high"}), &typed)
	if want := "payload.level: got UTF-8 text string; want int"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	var c celsius
	if err := cbor.Codec.Unmarshal(bytesOf(t, "f97e00"), &c); err == nil {
		t.Error("NaN passed through a type that reads JSON")
	}
}

func TestUnmarshalAccepts(t *testing.T) {
	for _, c := range []struct {
		name, msg string
		want      any
	}{
		{"indefinite lengths", "bf 6161 9f 01 ff 6162 7f 6178 6179 ff ff", map[string]any{"a": []any{uint64(1)}, "b": "xy"}},
		{"undefined", "f7", nil},
		{"a tagged time", "c1 00", "1970-01-01T00:00:00Z"},
		{"an unknown tag", "d9 1234 01", uint64(1)},
		{"a large negative integer", "3b 7fffffffffffffff", int64(math.MinInt64)},
		{"a larger one", "3b 8000000000000000", new(big.Int).Sub(big.NewInt(math.MinInt64), big.NewInt(1))},
	} {
		var v any
		if err := cbor.Codec.Unmarshal(bytesOf(t, c.msg), &v); err != nil || !reflect.DeepEqual(v, c.want) {
			t.Errorf("%s: got %#v, %v; want %#v", c.name, v, err, c.want)
		}
	}
}

func TestUnmarshalKeepsNothing(t *testing.T) {
	msg := bytesOf(t, "a2 6161 4101 6162 01")
	var v struct {
		A []byte          `json:"a"`
		B cbor.RawMessage `json:"b"`
	}
	if err := cbor.Codec.Unmarshal(msg, &v); err != nil {
		t.Fatal(err)
	}
	clear(msg)
	if v.A[0] != 1 || v.B[0] != 1 {
		t.Errorf("got %v and %v from a message that was wiped", v.A, v.B)
	}
}

func TestMatches(t *testing.T) {
	for msg, want := range map[string]bool{
		"": false, "{}": false, " {": false, "\xa0": true, "\xbf": true, "\xc0": false,
		"\xd9\xd9\xf7\xa0": true, "\xd9\xd9": false, "\x9f": false,
	} {
		if got := cbor.Codec.Matches([]byte(msg)); got != want {
			t.Errorf("%q: got %v, want %v", msg, got, want)
		}
	}
	if name := cbor.Codec.Name(); name != "CBOR" || cbor.Codec == daebus.JSON {
		t.Errorf("got the name %s", name)
	}
}
