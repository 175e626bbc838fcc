package daebus

import (
	"errors"
	"fmt"
)

// The status codes that an error stands for: RFC 6455, section 7.4.1, and the
// registry it founds.
const (
	policyViolation = 1008
	internalError   = 1011
	tryAgainLater   = 1013
)

// Refuse returns an error with which a join function of OnPeer turns a peer away:
// the connection is closed with a status code of RFC 6455, section 7.4, and a
// reason of at most 123 bytes. 4000 to 4999 are the application's own.
func Refuse(code int, reason string) error { return &refusal{code, reason} }

type refusal struct {
	code   int
	reason string
}

func (r *refusal) Error() string { return fmt.Sprintf("refused with %d: %s", r.code, r.reason) }

// Unwrap gives it the code Denied.
func (r *refusal) Unwrap() error { return Denied }

// CloseStatus is how a runtime closes the connection of a peer that a join
// function turned away with err: as Refuse says; with 1013 where err is Busy or
// Unavailable, for the peer may come again; with 1011 where it is Internal; and
// with 1008 and the error's message else.
func CloseStatus(err error) (code int, reason string) {
	var r *refusal
	if errors.As(err, &r) {
		return r.code, r.reason
	}
	switch CodeOf(err) {
	case Busy, Unavailable:
		return tryAgainLater, publicText(err)
	case Internal:
		return internalError, publicText(err)
	}
	return policyViolation, publicText(err)
}
