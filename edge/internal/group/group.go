// Package group runs goroutines that live and end together.
package group

import (
	"context"
	"fmt"
	"sync"
)

// Group is a set of goroutines with one context.
type Group struct {
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex // guards below
	stopped bool
}

// New returns an empty group. Its context carries ctx's values but ends only
// with Stop: what must outlive a signal is stopped in order, not at once.
func New(ctx context.Context) *Group {
	g := &Group{}
	g.ctx, g.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return g
}

// Go runs fn in a goroutine, with the group's context. Once the group is
// stopped it does nothing, and reports false.
func (g *Group) Go(fn func(context.Context)) (started bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped {
		return false
	}
	g.wg.Go(func() { fn(g.ctx) })
	return true
}

// Stop ends the group's context and waits for every goroutine, or until grace
// is done; then it returns grace's error and the goroutines are on their own.
func (g *Group) Stop(grace context.Context) error {
	g.mu.Lock()
	g.stopped = true
	g.mu.Unlock()
	g.cancel()
	done := make(chan struct{})
	go func() {
		g.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-grace.Done():
		return fmt.Errorf("still running: %w", grace.Err())
	}
}
