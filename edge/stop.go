package edge

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/group"
)

// undo is what stops the parts of a run, each within the grace that is left.
type undo []func(grace context.Context)

func (u *undo) add(fn func(grace context.Context)) { *u = append(*u, fn) }

// run calls what was added, the last first. Each may take three quarters of the
// grace that is left, so that one that hangs leaves time for those behind it.
func (u undo) run(grace context.Context) {
	for _, stop := range slices.Backward(u) {
		end, _ := grace.Deadline()
		part, cancel := context.WithTimeout(grace, time.Until(end)*3/4)
		stop(part)
		cancel()
	}
}

// stopper stops a group and says what did not stop in time.
func (r *runner) stopper(g *group.Group, what string) func(context.Context) {
	return func(grace context.Context) {
		if err := g.Stop(grace); err != nil {
			r.log.Error("not stopped in time", "what", what, "err", err)
		}
	}
}

// flush waits until what the bus has for us is here and our last replies have
// gone out.
func (r *runner) flush(grace context.Context) {
	grace, cancel := context.WithTimeout(grace, time.Second)
	defer cancel()
	if err := r.link.Flush(grace); err != nil && !errors.Is(err, daebus.Unavailable) {
		r.log.Warn("last messages may be lost", "err", err)
	}
}

// abandon tells handlers that did not finish in time to give up, and names
// those that do not heed it.
func (r *runner) abandon(grace context.Context) {
	r.endWork()
	if r.pool.Close(grace) == nil && r.answered(grace) {
		return
	}
	for _, stack := range stuck() {
		r.log.Error("handler ignores the end of its context", "stack", stack)
	}
}

// answered waits until no HTTP request is in flight, and reports whether none
// is. More are not taken from then on.
func (r *runner) answered(grace context.Context) bool {
	for range cap(r.answering) {
		select {
		case r.answering <- struct{}{}:
		case <-grace.Done():
			return false
		}
	}
	return true
}

// maxStacks bounds the stacks of all goroutines that stuck looks through.
const maxStacks = 1 << 20

// stuck returns the stacks of the goroutines that are in a handler. It costs
// nothing until somebody asks, unlike a list kept with every request.
func stuck() (stacks []string) {
	all := make([]byte, maxStacks)
	all = all[:runtime.Stack(all, true)]
	for stack := range strings.SplitSeq(string(all), "\n\n") {
		if strings.Contains(stack, "/internal/pool.(*Pool).run(") || strings.Contains(stack, "/edge.(*runner).bounded.") {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}
