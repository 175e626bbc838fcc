package hub_test

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/edge/hub"
)

// TestNobodyGetsWhatIsForAnother has connections end while they are written to, and
// others begin, which get their descriptors.
func TestNobodyGetsWhatIsForAnother(t *testing.T) {
	const most = 20
	s := serve(t, newApp(), hub.Config{QueueBytes: 64 << 20})
	talk := func() {
		for _, p := range s.Peers() {
			_ = p.Send("yours", p.ID()) // it may have gone
		}
		runtime.Gosched()
	}
	comeAndGo(t, s, 100, talk, func(ctx context.Context, c *websocket.Conn, n int) {
		var own string
		for range 2 + n%most {
			_, text, err := c.Read(ctx)
			if err != nil {
				t.Error(err)
				break
			}
			if own == "" {
				own = string(text)
			}
			if string(text) != own || !strings.HasPrefix(own, `{"type":"yours","data":"user_`) {
				t.Errorf("got %s, want %s", text, own)
			}
		}
		c.Close(websocket.StatusNormalClosure, "") // which the reader answers, and ends it
	})
}
