// Package hub serves WebSocket peers: the screens of a kiosk, browser tabs.
//
// A Hub is an http.Handler. It upgrades a request, gives the peer an ID, runs
// the service's join hooks, hands each message to the service through the
// peer's Lane, and runs the leave hooks when the peer has gone. For one peer
// all of this happens one after the other and in order: join, messages, leave.
// Push reaches all peers, or some by ID and room.
//
// The wire is that of the original Daebus server, {"type":…,"data":…} in both
// directions, over RFC 6455 without compression.
//
// Everything about a peer is bounded: the size of a message, the messages that
// wait to be handled (by its Lane), the bytes that wait to be sent, the rooms
// it is in, and the time it may take to read, to answer a ping and to say
// goodbye. A peer that exceeds one of them is answered busy or closed; nobody
// else notices.
package hub
