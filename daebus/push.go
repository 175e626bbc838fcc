package daebus

import "slices"

// Push sends a message {"type":kind,"data":v} to the WebSocket peers of this
// process, to all of them or to those whose ID or room is in to, and reports
// to how many. It never blocks. A value that cannot be encoded reaches nobody
// and is logged. An empty kind is "broadcast", or "message" when to is given.
func (c *Client) Push(kind string, v any, to ...string) int {
	if kind == "" {
		kind = "broadcast"
		if len(to) > 0 {
			kind = "message"
		}
	}
	frame, screens := c.push(kind, v)
	if frame == nil || screens == nil {
		return 0
	}
	return screens.Push(frame, to)
}

// PushIf is Push to the peers that accept says yes to. An empty kind is
// "message".
func (c *Client) PushIf(kind string, v any, accept func(Peer) bool) int {
	if kind == "" {
		kind = "message"
	}
	frame, screens := c.push(kind, v)
	if frame == nil || screens == nil {
		return 0
	}
	return screens.PushTo(frame, slices.DeleteFunc(screens.Peers(), func(p Peer) bool { return !accept(p) }))
}

// Peers lists the WebSocket peers of this process, in no order. One that has gone
// meanwhile takes nothing any more.
func (c *Client) Peers() []Peer {
	if screens := c.runtime().Screens; screens != nil {
		return screens.Peers()
	}
	return nil
}

// push encodes a message for the screens, nil for neither.
func (c *Client) push(kind string, v any) (frame []byte, to Screens) {
	rt := c.runtime()
	frame, err := PushFrame(kind, v)
	if err != nil {
		rt.log().Error("push dropped", "service", c.name, "err", err)
	}
	return frame, rt.Screens
}
