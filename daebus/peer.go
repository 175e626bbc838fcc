package daebus

// Peer is one WebSocket client: a kiosk screen, a browser tab.
type Peer interface {
	// ID names the peer within this process, for as long as it is connected.
	ID() string

	// RemoteAddr is the address it came from, host:port.
	RemoteAddr() string

	// Send queues a message {"type":kind,"data":v}. The error has the code
	// Busy when the peer does not read and its queue is full, Unavailable when
	// it has gone, and Invalid when v cannot be encoded. It never blocks.
	Send(kind string, v any) error

	// Join and Leave put the peer in a room and take it out again; Push
	// reaches rooms by name. A peer is in at most 64 rooms; one more is
	// refused, and logged.
	Join(room string)
	Leave(room string)

	// Close ends the connection with a status code of RFC 6455, section 7.4.
	Close(code int, reason string)
}
