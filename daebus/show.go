package daebus

import "fmt"

// Show makes v the newest value of a topic with state. WebSocket peers and
// readers of server-sent events that subscribed to it are sent what that
// changes; one that is slow gets the newest value later, and perhaps none of
// those between. A value that encodes to the same bytes as the one before changes
// nothing. v is best an object whose members are left out rather than null, of
// which only those that change are sent, at most 1 MiB of JSON. Show never
// blocks and keeps no part of v.
//
// The value lasts as long as the process. A service shows the first one in
// OnStart; until then its topics are silent. The error has the code NotFound
// when the topic was not declared with Topic, Invalid when v cannot be encoded or
// is too large, and Unavailable while the service is not running.
func (c *Client) Show(topic string, v any) error {
	if err := c.show(topic, v); err != nil {
		return fmt.Errorf("show %s: %w", topic, err)
	}
	return nil
}

func (c *Client) show(topic string, v any) error {
	value, err := compactJSON(v)
	if err != nil {
		return Errorf(Invalid, "%w", err)
	}
	rt := c.runtime()
	if rt.Screens == nil {
		return Errorf(Unavailable, "there are no screens: the service is not running, or this is a tool's client")
	}
	return rt.Screens.Show(topic, value)
}
