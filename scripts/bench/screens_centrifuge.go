package main

import (
	"context"
	"net/http"

	"github.com/centrifugal/centrifuge"
)

// centrifugeChannel is what the server subscribes each peer to that connects.
const centrifugeChannel = "tick"

// centrifugeJSON is the client protocol of centrifuge, see
// https://centrifugal.dev/docs/transports/client_protocol.
var centrifugeJSON = dialect{
	hello:   `{"id":1,"connect":{}}`,
	welcome: `{"id":1,"connect":{"client":`,
	ping:    `{}`,
	pong:    `{}`,
	before:  `{"push":{"channel":"` + centrifugeChannel + `","pub":{"data":`,
	after:   `}}}`,
}

func openCentrifuge() (http.Handler, func([]byte), error) {
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		return nil, nil, err
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{
			Credentials:   &centrifuge.Credentials{},
			Subscriptions: map[string]centrifuge.SubscribeOptions{centrifugeChannel: {}},
		}, nil
	})
	push := func(text []byte) {
		_, _ = node.Publish(centrifugeChannel, text) // an error shows in deliveries that are missing
	}
	return centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{}), push, node.Run()
}
