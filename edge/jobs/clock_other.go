//go:build !linux

package jobs

import (
	"context"
	"errors"
	"fmt"
)

// WatchClock calls set each time the wall clock is set, until ctx is done. Here
// it returns errors.ErrUnsupported: this system does not tell.
func WatchClock(ctx context.Context, set func()) error {
	return fmt.Errorf("jobs: watch the clock: %w", errors.ErrUnsupported)
}
