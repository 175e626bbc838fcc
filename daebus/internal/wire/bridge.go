package wire

import "strings"

// The frames of dialect B, which the published TypeScript client speaks. It takes any frame with a request_id at top level
// for the one reply to a request, and any with a channel and data for a message.

// AppendResult appends the final reply to a request. idRaw is its request_id.
func AppendResult(dst, idRaw, payload []byte) []byte {
	dst = append(dst, `{"type":"response","request_id":`...)
	dst = appendRaw(dst, idRaw, "null")
	dst = append(dst, `,"success":true,"data":`...)
	dst = appendRaw(dst, payload, "null")
	return append(dst, '}')
}

// AppendFailedResult appends the final reply to a request that failed.
func AppendFailedResult(dst, idRaw []byte, code, message string) []byte {
	dst = append(dst, `{"type":"response","request_id":`...)
	dst = appendRaw(dst, idRaw, "null")
	dst = append(dst, `,"success":false,"error":`...)
	dst = AppendString(dst, message)
	dst = appendCode(dst, code)
	return append(dst, '}')
}

// AppendResultProgress appends a reply that is not final, which hides its request_id from that client.
func AppendResultProgress(dst, idRaw, payload []byte) []byte {
	dst = append(dst, `{"type":"progress","data":{"request_id":`...)
	dst = appendRaw(dst, idRaw, "null")
	dst = append(dst, `,"payload":`...)
	dst = appendRaw(dst, payload, "null")
	return append(dst, `}}`...)
}

// AppendChannelMessage appends a message on a channel that the peer subscribed to. data is JSON.
func AppendChannelMessage(dst []byte, channel string, data []byte) []byte {
	dst = append(dst, `{"type":"channel_message","channel":`...)
	dst = AppendString(dst, channel)
	dst = append(dst, `,"data":`...)
	dst = appendRaw(dst, data, "null")
	return append(dst, '}')
}

// AppendUnaddressed appends msg, a JSON value, without what would have somebody answer it: an object's reply_to, and where
// it asks for something its service, which names a channel for replies too. It asks when it is a request, or has an action.
func AppendUnaddressed(dst, msg []byte, request bool) []byte {
	var m members
	addressed, asks := false, request
	for m.open(msg); m.next(); {
		addressed = addressed || m.named("reply_to") || m.named("service")
		asks = asks || m.named("action")
	}
	if !addressed {
		return append(dst, msg...)
	}
	dst = append(dst, '{')
	first := true
	for m.rewind(msg); m.next(); {
		if m.named("reply_to") || asks && m.named("service") {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, m.member()...)
	}
	return append(dst, '}')
}

// Addressed reports whether msg is an object with a reply_to: a request that somebody is to answer.
func Addressed(msg []byte) bool {
	var m members
	for m.open(msg); m.next(); {
		if m.named("reply_to") {
			return true
		}
	}
	return false
}

// named is more generous than the wire: a peer that reads with encoding/json takes Reply_To for reply_to.
func (m *members) named(name string) bool {
	return strings.EqualFold(string(m.name), name)
}
