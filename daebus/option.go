package daebus

import (
	"cmp"
)

// CallOption changes one call.
type CallOption func(*callOptions)

type callOptions struct {
	codec    Codec
	progress func(Codec, []byte) error // nil: progress is ignored
}

// OnProgress calls fn with each progress report ahead of the final reply, in
// order, in the goroutine of the Call. While fn is busy up to 64 reports wait;
// beyond that new ones are left out. A report that does not fit P ends the
// call with an error.
func OnProgress[P any](fn func(P)) CallOption {
	return func(o *callOptions) {
		o.progress = func(c Codec, payload []byte) error {
			var p P
			if err := c.Unmarshal(payload, &p); err != nil {
				return internalf("the progress does not fit: %w", err)
			}
			fn(p)
			return nil
		}
	}
}

// Encoding sends the call in another encoding than JSON. The client must
// Accept it as well, to understand the reply.
func Encoding(c Codec) CallOption {
	return func(o *callOptions) { o.codec = cmp.Or(c, JSON) }
}

// maxReports is how many progress reports wait for a slow OnProgress.
const maxReports = 64
