package edge_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// What was accepted and could not begin within the grace is answered all the
// same: its caller need not wait until its own time is over.
func TestGraceTooShortForWhatWaits(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	began := make(chan struct{}, 8)
	app := daebus.New("worker")
	app.Action("work", daebus.Func(func(ctx context.Context, _ any) (any, error) {
		began <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	s := start(t, app, edge.Config{Bus: "redis://" + redis.Addr, Workers: 2, Queue: 8, Grace: 2 * time.Second})
	answers, asker := dialStranger(t, redis.Addr), dialStranger(t, redis.Addr)
	answers.do("SUBSCRIBE", "me")

	const all = 4
	for i := range all { // each is on its way to the service when PUBLISH is answered
		ask := fmt.Sprintf(`{"action":"work","reply_to":"me","request_id":%d}`, i)
		if n := asker.do("PUBLISH", "worker", ask).Int; n != 1 {
			t.Fatalf("%d receivers, want 1", n)
		}
	}
	receive(t, began)
	if err := s.stop(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	late := 0
	for range all {
		answer := answers.message()
		if !strings.Contains(answer, `"code":"unavailable"`) {
			t.Errorf("got %s, want unavailable", answer)
		}
		if strings.Contains(answer, "stopped before it began") {
			late++
		}
	}
	if late == 0 || len(began) > 0 {
		t.Errorf("%d were told that they came too late, and %d more began; want some, and none", late, len(began))
	}
}
