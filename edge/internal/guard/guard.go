// Package guard runs what others wrote, and turns its panics into errors.
package guard

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// Panic is the error of a function that panicked.
type Panic struct {
	Value any
	Stack []byte // where
}

// Error says what the function panicked with.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Call returns what fn returns, or a *Panic.
func Call(ctx context.Context, fn func(context.Context) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{value, debug.Stack()}
		}
	}()
	return fn(ctx)
}

// Attrs returns the attributes to log err with: a panic comes with its stack.
func Attrs(err error) []any {
	if p, ok := errors.AsType[*Panic](err); ok {
		return []any{"err", err, "stack", string(p.Stack)}
	}
	return []any{"err", err}
}
