// Package daebustest runs a service in a test: with no Redis, no port and, in a
// bubble of testing/synctest, no waiting.
//
//	func TestGreet(t *testing.T) {
//		app := hello.New() // the service under test
//		daebustest.Run(t, daebustest.NewBus(), app)
//
//		var out hello.Reply
//		if err := app.Call(t.Context(), "hello", "greet", hello.Greeting{Name: "Ada"}, &out); err != nil {
//			t.Fatal(err)
//		}
//		…
//	}
//
// The doors of a service are all there. Call, Send and Broadcast of any App on
// the same Bus reach its actions and listeners, Service.HTTP its routes, and
// Service.Connect its sockets and its topics with state. Bus.Cut takes the link away and Bus.Heal gives
// it back. A test that wants to see what the service publishes subscribes to
// the Bus.
//
// # Nothing happens behind the test's back
//
// A message is handled in the goroutine of whoever sent it: when Call, Send,
// Broadcast or Peer.Send returns, it has been handled, and so have the messages
// that were sent meanwhile. Only Threads and Every jobs have goroutines of
// their own; they are stopped, and waited for, when the test ends.
//
// It follows that a Call waits for a handler as long as that takes, whatever
// its timeout. The handler is told the timeout by its context, as on a device.
// It follows too that progress is collected while the handler runs and reported
// when it is done.
//
// # Time
//
// Run a test in synctest.Test and its Every jobs tick, its calls time out and
// its gaps last in the fake time of the bubble. Run must then be called in the
// bubble, with the bubble's t. Cron jobs run only when the test says so, with
// Service.RunJob.
package daebustest
