package hub_test

import (
	"context"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

func TestHelloAndPing(t *testing.T) {
	app, in, _ := joined()
	app.PageVersion("v7")
	c := dial(t, serve(t, app, hub.Config{}).url)
	id := within(t, in).ID()
	c.send(`{"type":"$ping"}`)
	c.want(`{"type":"$pong"}`)
	c.send(`{"type":"$ping","id":"a"}`)
	c.want(`{"type":"$pong","id":"a"}`)
	c.send(`{"type":"$hello","data":{}}`)
	c.want(`{"type":"$hello","data":{"peer":"` + id + `","service":"kiosk","version":"v7"}}`)
	c.send(`{"type":"$nope","id":1}`)
	c.want(`{"type":"error","data":{"error":"No handler found for message type '$nope'","code":"not_found"},"id":1}`)
}

func TestAHandlerDoesNotHoldUpAPing(t *testing.T) {
	app := newApp()
	running, gate := make(chan struct{}), make(chan struct{})
	app.Socket("stuck", daebus.HandlerFunc(func(context.Context, *daebus.Request) (any, error) {
		close(running)
		<-gate
		return "done", nil
	}))
	c := dial(t, serve(t, app, hub.Config{}).url)
	c.send(`{"type":"stuck","id":1}`)
	within(t, running)
	c.send(`{"type":"$ping","id":2}`)
	c.want(`{"type":"$pong","id":2}`)
	close(gate)
	c.want(`{"type":"response","data":"done","id":1}`)
}
