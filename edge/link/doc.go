// Package link is the connection of a service to its bus: Redis, anything that
// speaks like it, or the embedded broker. It implements daebus.Bus.
//
// A Link has two connections. One carries PUBLISH and its replies, the other is
// subscribed, and also carries the answers to what comes in on it where the bus
// speaks RESP3. redigo dials and authenticates them; from then on our own resp
// reads and writes the same net.Conn, since redigo's Receive allocates with
// every message.
//
// # Alive
//
// Run dials, hands the live pair to straight-line code, and dials again when
// either connection fails, for ever, with backoff. A PING every interval on
// both proves that the other end is alive: 2.5 intervals without a byte from it
// and the connection counts as dead, however open it looks; so it does when
// bytes come but no answer. After each redial every subscription is made anew
// before the link says that it is up. A PING proves a connection, not a
// subscription: while nothing else arrives the link also publishes to its own
// inbox, and dials again when that does not come back.
//
// # Fast
//
// Whoever sends appends to one buffer, and the first of them writes for all.
// Subscribers run on the goroutine that reads, and what they send goes out in
// one write when all that one read brought is dealt with. One that takes over a
// millisecond, between the two calls that allow it to, keeps that goroutine, and
// another reads on.
//
// # Bytes
//
// Messages are copied into one buffer per connection as they are published, so
// the caller has its slice back at once. A subscriber borrows the message from
// the read buffer until its function returns; when it takes so long that another
// goroutine reads on, that one gets a buffer of its own.
package link
