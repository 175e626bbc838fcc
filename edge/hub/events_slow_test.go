package hub_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/hub"
)

func TestSlowReaderOfEvents(t *testing.T) {
	inEventBubble(t, hub.Config{}, func(t *testing.T, h *hub.Hub, client *http.Client) {
		e := listen(t, client, "http://kiosk/events?topic=a", "")
		pad := strings.Repeat("x", 100_000) // more than is buffered on the way
		show(t, h, "a", `{"x":0,"pad":"`+pad+`"}`)
		synctest.Wait()
		for i := range 100 {
			show(t, h, "a", fmt.Sprintf(`{"x":%d,"pad":"%s"}`, i, pad))
		}
		e.next()
		e.want(`{"topic":"a","epoch":"E","seq":100,"from":1,"age":0,"patch":{"x":99}}`)

		show(t, h, "a", `"`+pad+`"`)
		time.Sleep(9 * time.Second)
		if h.Stats.Slow.Load() != 0 {
			t.Error("a reader is cut off before its time")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if h.Stats.Slow.Load() != 1 {
			t.Error("a reader that does not read is not cut off")
		}
	})
}

// Readers that do not read hold one frame between them, however large it is.
func TestReadersOfEventsShareTheFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const readers, size = 10, 100_000
		h, _ := newHub(t, board("a"), hub.Config{})
		show(t, h, "a", `"`+strings.Repeat("x", size)+`"`)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		var got [readers]holder
		for i := range got {
			running.Go(func() { h.Events().ServeHTTP(&got[i], httptest.NewRequestWithContext(ctx, "GET", "/?topic=a", nil)) })
		}
		synctest.Wait()
		for i := range got {
			if len(got[i].largest) < size || &got[i].largest[0] != &got[0].largest[0] {
				t.Errorf("reader %d is written %d bytes of its own", i, len(got[i].largest))
			}
		}
		cancel()
		running.Wait()
		closeHub(t, h)
	})
}

// holder holds on to the largest of what is written.
type holder struct {
	recorder
	largest []byte
}

func (h *holder) Write(b []byte) (int, error) {
	if len(b) > len(h.largest) {
		h.largest = b
	}
	return len(b), nil
}
