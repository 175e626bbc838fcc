package edge_test

import (
	"context"
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
	bus := "redis://" + redistest.Start(t).Addr
	began := make(chan struct{}, 8)
	app := daebus.New("worker")
	app.Action("work", daebus.Func(func(ctx context.Context, _ any) (any, error) {
		began <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	s := start(t, app, edge.Config{Bus: bus, Workers: 2, Queue: 8, Grace: 2 * time.Second})
	asker := start(t, daebus.New("asker"), edge.Config{Bus: bus})

	const all = 4
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	errs := calls(ctx, asker, "worker", all)
	receive(t, began)
	if err := s.stop(t); err != nil {
		t.Errorf("Run: %v", err)
	}
	late := 0
	for range all {
		err := receive(t, errs)
		wantCode(t, err, daebus.Unavailable)
		if strings.Contains(err.Error(), "stopped before it began") {
			late++
		}
	}
	if late == 0 || len(began) > 0 {
		t.Errorf("%d were told that they came too late, and %d more began; want some, and none", late, len(began))
	}
}
