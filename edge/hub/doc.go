// Package hub serves WebSocket peers: the screens of a kiosk, browser tabs.
//
// A Hub is an http.Handler. It upgrades a request, gives the peer an ID, runs
// the service's join hooks, hands each message to the service through the
// peer's Lane, and runs the leave hooks when the peer has gone. For one peer
// all of this happens one after the other and in order: join, messages, leave.
// Push reaches all peers, or some by ID and room.
//
// The wire is that of the original Daebus server, {"type":…,"data":…} in both
// directions, over RFC 6455, without compression unless Config.Deflate is set.
//
// The bridge is the other dialect of the original, that of its TypeScript client:
// messages that name a channel. They ask for actions, of the service itself, which
// run in the lanes of Config.ActionLane, and of others, over the bus; they publish,
// and subscribe to channels. daebus.Bridge says what they reach and what not.
//
//	→ {"type":"publish","channel":"coffee","data":{"action":"brew","payload":{…},"request_id":"req_1"}}
//	← {"type":"progress","data":{"request_id":"req_1","payload":40}}
//	← {"type":"response","request_id":"req_1","success":true,"data":{…}}
//	→ {"type":"subscribe","channel":"news"}
//	← {"type":"channel_message","channel":"news","data":{…}}
//
// Types that begin with $ are the hub's own, and answered at once, however busy the
// handlers are: $hello with the peer's ID, the service and the version of its page,
// $ping with $pong. Whatever answers a message has its id, if it has one, and then
// there is always an answer.
//
// A topic with state is what screens show: Show gives it a value, and each peer
// that subscribed is sent the whole value once and then what changes, package
// state says how. While a peer keeps up it gets every value, in the order of all
// that is sent to it. When 32 KiB wait for it, an eighth of Config.QueueBytes, its
// topics wait as one word each: it gets what is newest once it can be written to,
// and other messages keep their order. It is closed, as ever, when it does not take
// what is written within Config.WriteTimeout.
// Events serves the same topics as server-sent events, to a reader that always
// gets the newest.
//
//	→ {"type":"$subscribe","data":{"topic":"readings","epoch":"7K2QX4ZB","seq":41}}
//	← {"type":"$topic","data":{"topic":"readings","epoch":"7K2QX4ZB","seq":42,"from":41,"age":0,"patch":{…}}}
//
// epoch and seq say what the peer has, and may be left out. A peer that gets a
// patch from another seq than its own subscribes again. $unsubscribe ends it.
//
// A message is encoded once, and shared by all who get it. A few goroutines,
// which are there while something is to be written, take the peers in turn, and
// write to each all that waits for it at once, 64 KiB at most, without waiting for
// it; one that does not take it gets a goroutine of its own until it has. On
// Linux a peer that says nothing and is sent nothing costs some 5 KB and no
// goroutine; elsewhere, and over TLS, it keeps the one that reads.
//
// Everything about a peer is bounded: the size of a message, their number (by
// Config.MessageRate), those that wait to be handled (by its Lane), the requests it
// has under way over the bridge and the channels it is subscribed to, the bytes that
// wait to be sent (besides the 64 KiB, or the one message, that are being written),
// the rooms and topics it is in, and the time it may take to read, to answer a ping
// and to say goodbye. What has come of messages that are not whole yet is bounded for
// all peers together. A peer that exceeds one of them is answered busy or closed; nobody
// else notices.
package hub
