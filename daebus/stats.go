package daebus

import "sync/atomic"

// Stats counts what a Service has done since it was made.
type Stats struct {
	Requests     atomic.Int64 // actions asked for
	Messages     atomic.Int64 // messages given to listeners
	Frames       atomic.Int64 // WebSocket messages answered
	Bridged      atomic.Int64 // WebSocket messages for the bridge
	Withheld     atomic.Int64 // messages on bridged channels that peers did not get: requests, and what is not JSON
	Routes       atomic.Int64 // HTTP requests given to routes made with HTTP
	Errors       atomic.Int64 // handlers that returned an error
	Panics       atomic.Int64 // handlers that panicked
	Refused      atomic.Int64 // answered busy because the queue was full
	Missed       atomic.Int64 // messages a listener was too slow for
	Expired      atomic.Int64 // not run because the caller's time was over
	Unanswerable atomic.Int64 // failed with no address to answer to
	Unsent       atomic.Int64 // replies lost because the link was down or full
}
