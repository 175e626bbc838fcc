package edge

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/group"
	"github.com/daebus/daebus-go/edge/link"
)

// dialTime bounds Dial when its context has no deadline.
const dialTime = 5 * time.Second

// Dial returns a client for a tool that asks services and answers nothing. It
// waits for the bus until ctx is done, at most 5 s when ctx has no deadline, and
// never hosts a broker. From then on the client's link is repaired as a
// service's is. Call closing when done; it waits until everything published has
// been sent, for a second at most.
func Dial(ctx context.Context, cfg Config) (client *daebus.Client, closing func() error, err error) {
	if err := cfg.complete(os.Getenv); err != nil {
		return nil, nil, err
	}
	if cfg.Logger == nil {
		cfg.Logger = newLogger(os.Stderr, &cfg)
	}
	name := "daebus-tool"
	to, err := reach(&cfg, name)
	if err != nil {
		return nil, nil, err
	}
	client = daebus.NewClient(name)
	up := make(chan struct{}, 1)
	to.OnEvent = func(e daebus.LinkEvent) {
		if !e.Up {
			client.LinkDown(e.Err)
			return
		}
		select {
		case up <- struct{}{}:
		default: // only the first is waited for
		}
	}
	l := link.New(to)
	detach, err := client.Attach(ctx, daebus.Runtime{Bus: l, Log: cfg.Logger, After: context.AfterFunc})
	if err != nil {
		return nil, nil, err
	}
	run := group.New(ctx)
	run.Go(l.Run)
	closing = func() error {
		grace, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err := l.Flush(grace)
		detach()
		_ = run.Stop(context.Background()) // it waits for no one
		return err
	}
	wait, cancel := ctx, context.CancelFunc(func() {})
	if _, ok := ctx.Deadline(); !ok {
		wait, cancel = context.WithTimeout(ctx, dialTime)
	}
	defer cancel()
	select {
	case <-up:
		return client, closing, nil
	case <-wait.Done():
		err := fmt.Errorf("dial: %w", l.Err())
		_ = closing()
		return nil, nil, err
	}
}
