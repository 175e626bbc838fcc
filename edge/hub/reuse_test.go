package hub_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"github.com/daebus/daebus-go/edge/hub"
)

// TestNobodyGetsWhatIsForAnother has connections end while they are written to, and
// others begin, which get their descriptors.
func TestNobodyGetsWhatIsForAnother(t *testing.T) {
	const visitors, visits, most = 8, 25, 20
	s := serve(t, newApp(), hub.Config{QueueBytes: 64 << 20})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	over := make(chan struct{})
	var talking, visiting sync.WaitGroup
	talking.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			for _, p := range s.Peers() {
				_ = p.Send("yours", p.ID()) // it may have gone
			}
			runtime.Gosched()
		}
	})
	for range visitors {
		visiting.Go(func() {
			for n := range visits {
				c, _, err := websocket.Dial(ctx, s.url, nil)
				if err != nil {
					t.Error(err)
					return
				}
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
			}
		})
	}
	visiting.Wait()
	close(over)
	talking.Wait()
}
