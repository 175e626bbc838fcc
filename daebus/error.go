package daebus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// Code says what kind of error it is, the same over bus, HTTP and WebSocket.
// A Code is itself an error, so errors.Is(err, daebus.Busy) asks for it and
// a handler may return one as it stands.
type Code string

// The codes. The number is the HTTP status a route answers with.
const (
	Invalid     Code = "invalid"     // 400: the request is wrong and will be wrong again
	Denied      Code = "denied"      // 403: the caller may not do that
	NotFound    Code = "not_found"   // 404: no such action, or the thing asked for is not there
	Conflict    Code = "conflict"    // 409: not in the present state
	Internal    Code = "internal"    // 500: the handler failed
	Busy        Code = "busy"        // 503: full at the moment; try again
	Unavailable Code = "unavailable" // 503: nobody serves it, or the link is down
	Timeout     Code = "timeout"     // 504: no answer in time
)

func (c Code) Error() string { return string(c) }

// Error is an error with a code and a message meant for the other side.
// Its message is the only one that leaves the device over HTTP and WebSocket.
type Error struct {
	Code    Code // "" counts as Internal
	Message string
	cause   error
	inside  bool // the message stays on the device
}

// Errorf returns an *Error. It wraps what a %w verb wraps; the formatted text
// becomes the message, so it should hold nothing a stranger must not read.
func Errorf(code Code, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), cause: err}
}

// internalf is Errorf for what no stranger may read, and with the code Internal.
func internalf(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: Internal, Message: err.Error(), cause: err, inside: true}
}

func (e *Error) code() Code { return cmp.Or(e.Code, Internal) }

func (e *Error) Error() string { return string(e.code()) + ": " + e.Message }

// Is reports whether target is the error's code.
func (e *Error) Is(target error) bool { return target == e.code() }

func (e *Error) Unwrap() error { return e.cause }

// CodeOf returns the code of err: its own if it has one, Timeout and
// Unavailable for a context that ended, Internal for every other error.
func CodeOf(err error) Code {
	var e *Error
	var c Code
	switch {
	case errors.As(err, &e):
		return e.code()
	case errors.As(err, &c):
		return c
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	case errors.Is(err, context.Canceled):
		return Unavailable
	}
	return Internal
}

// publicText is what a stranger may read of err.
func publicText(err error) string {
	var e *Error
	if errors.As(err, &e) && !e.inside {
		return e.Message
	}
	switch code := CodeOf(err); code {
	case Internal:
		return "internal error"
	case Timeout:
		return "not done in time"
	default:
		return string(code)
	}
}

// busText is what a peer on the bus may read of err, without the code when that
// stands beside it. The bus is inside the device, and so a peer treats what is
// Internal; with any other code the text may go further, to strangers.
func busText(err error) string {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Message
	case CodeOf(err) == Internal:
		return err.Error()
	}
	return publicText(err)
}

// hides reports whether a stranger reads less of err than it says.
func hides(err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.inside
	}
	return err != context.DeadlineExceeded && err != context.Canceled && err.Error() != publicText(err)
}
