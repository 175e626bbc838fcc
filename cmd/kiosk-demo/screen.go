package main

import (
	"context"

	"github.com/daebus/daebus-go/daebus"
)

// screenRequest tells screens what to do. It comes over the bus, or from a screen
// by the bridge:
//
//	PUBLISH kiosk {"action":"screen","payload":{"do":"message","text":"Back in five minutes"}}
type screenRequest struct {
	Do   string   `json:"do"`   // reload, identify, message, navigate or screen
	Text string   `json:"text"` // message: what to say; "" takes the last one away
	URL  string   `json:"url"`  // navigate: a page or view of this kiosk, such as #readings
	On   bool     `json:"on"`   // screen: whether it is to be lit
	To   []string `json:"to"`   // IDs of screens; none: all
}

type screenReply struct {
	Reached int `json:"reached"` // screens
}

func (k *kiosk) screen(_ context.Context, in screenRequest) (screenReply, error) {
	var say any = struct{}{}
	switch in.Do {
	case "reload", "identify":
	case "message":
		say = map[string]string{"text": clip(in.Text, maxText)}
	case "navigate":
		say = map[string]string{"url": in.URL}
	case "screen":
		say = map[string]bool{"on": in.On}
	default:
		return screenReply{}, daebus.Errorf(daebus.Invalid, "do %q: want reload, identify, message, navigate or screen", in.Do)
	}
	return screenReply{k.app.Push(in.Do, say, in.To...)}, nil
}
