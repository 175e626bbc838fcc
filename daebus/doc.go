// Package daebus says what a service answers and what it asks of others.
//
// A service is an App. Its functions are registered by name, and the same
// function may answer on the bus, over WebSocket and over HTTP:
//
//	app := daebus.New("hello")
//	h := daebus.Func(greet) // func(context.Context, Greeting) (Reply, error)
//	app.Action("greet", h)                       // PUBLISH hello {"action":"greet",…}
//	app.Socket("greet", h)                       // {"type":"greet","data":{…}}
//	app.Route("POST /api/greet", daebus.HTTP(h)) // HTTP
//	edge.Main(app)
//
// An App is a Blueprint, what it answers, and a Client, what it asks. Larger
// services are put together from blueprints with Mount. Method and Topic are
// contracts: values that both ends of a conversation import.
//
// The package is pure: it uses the standard library alone, opens nothing, starts
// no goroutine and knows the time only from contexts. Package edge runs an App
// on a device; package daebustest runs it in a test.
//
// # State
//
// Push tells screens what has happened. What is the case they learn from topics
// with state: a service declares a topic and shows values on it, each of them
// whole, and whoever looks at it sees the newest, now, after a reconnect and over
// a line that is too slow for all of them.
//
//	var Rooms = daebus.Topic[map[string]Room]("rooms")
//
//	Rooms.Declare(app)
//	err := Rooms.Show(app, rooms) // as often as you like: only what changed is sent
//
// # Pages of the original
//
// A WebSocket peer may also speak the dialect of the original's TypeScript client:
// it asks for actions and subscribes to channels of the bus. A Bridge says what it
// reaches: by default the actions of the service itself, which makes them as open as
// its routes and sockets.
//
// # HTTP
//
// HTTP makes a route of a handler: its payload is the JSON body, the form or the
// query, and the values of the path. The files of a form are fields of type File,
// held in memory. Static serves the files of a page. Everything that is refused is
// refused in the form of WriteError.
//
// # Bytes
//
// Request.Payload belongs to the runtime and is valid until the handler
// returns. Values that typed handlers get are their own. What a handler returns
// is encoded before the next request is read into the same buffers, so it may
// refer to the payload.
//
// # The wire
//
// Requests and replies are those of the Python Daebus 0.0.31, in both
// directions: PUBLISH on the service's name with a JSON envelope, replies on
// the channel named by reply_to. Ours adds an optional timeout_ms to requests,
// the caller's remaining time, and a code to error payloads.
package daebus
