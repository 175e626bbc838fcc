package hub

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/coder/websocket"
)

// shaken is a server that agrees to a handshake and then sends bytes.
type shaken struct{ sends io.Reader }

func (s shaken) RoundTrip(r *http.Request) (*http.Response, error) {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return &http.Response{
		StatusCode: http.StatusSwitchingProtocols,
		Header: http.Header{
			"Connection":           {"Upgrade"},
			"Upgrade":              {"websocket"},
			"Sec-Websocket-Accept": {base64.StdEncoding.EncodeToString(sum[:])},
		},
		Body: struct {
			io.Reader
			io.Writer
			io.Closer
		}{s.sends, io.Discard, io.NopCloser(nil)},
	}, nil
}

// FuzzFrame has frames decoded by the WebSocket library, and by what cuts them
// for compression.
func FuzzFrame(f *testing.F) {
	for _, n := range []int{0, 1, 125, 126, 127, 1<<16 - 1, 1 << 16, 1<<16 + 1} {
		f.Add(bytes.Repeat([]byte("x"), n), []byte("second"))
		f.Add([]byte("first"), bytes.Repeat([]byte("é"), n/2))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		texts := [][]byte{first, second, nil}
		var wire []byte
		pings := 0
		for _, text := range texts {
			wire = append(wire, pingFrame...)
			wire = append(wire, newFrame(text).wire...)
		}
		conn, _, err := websocket.Dial(t.Context(), "ws://hub", &websocket.DialOptions{
			HTTPClient:     &http.Client{Transport: shaken{bytes.NewReader(wire)}},
			OnPingReceived: func(context.Context, []byte) bool { pings++; return true },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseNow()
		conn.SetReadLimit(-1)
		rest := wire
		for i, want := range texts {
			kind, got, err := conn.Read(t.Context())
			if err != nil || kind != websocket.MessageText || !bytes.Equal(got, want) {
				t.Fatalf("message %d: got %v, %.100q, %v; want %.100q", i, kind, got, err, want)
			}
			if b, _, n := cutFrame(rest); b != finPing || n != len(pingFrame) {
				t.Fatalf("message %d: cut %x and %d bytes, want a ping", i, b, n)
			}
			rest = rest[len(pingFrame):]
			b, payload, n := cutFrame(rest)
			if b != finText || !bytes.Equal(payload, want) {
				t.Fatalf("message %d: cut %x, %.100q; want %.100q", i, b, payload, want)
			}
			rest = rest[n:]
		}
		if _, _, err := conn.Read(t.Context()); !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) || len(rest) > 0 || pings != len(texts) {
			t.Errorf("then: got %v, %d bytes left and %d pings", err, len(rest), pings)
		}
	})
}
