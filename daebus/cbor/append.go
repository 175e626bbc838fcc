package cbor

import (
	"encoding/binary"
	"math"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// The keys stand in the order of RFC 8949, section 4.2.1: by their encoded bytes.

// AppendRequest appends a request. What is empty or not positive is left out,
// and an empty payload is sent as an empty map.
func (codec) AppendRequest(dst []byte, action string, payload []byte, replyTo string, id []byte, service string, timeoutMS int64) []byte {
	members := uint64(2)
	for _, there := range [...]bool{service != "", replyTo != "", len(id) > 0, timeoutMS > 0} {
		if there {
			members++
		}
	}
	dst = appendHead(dst, majorMap, members)
	dst = appendText(appendText(dst, "action"), action)
	dst = appendRaw(appendText(dst, "payload"), payload, emptyMap)
	dst = appendMember(dst, "service", service)
	dst = appendMember(dst, "reply_to", replyTo)
	dst = appendMember(dst, "request_id", id)
	if timeoutMS > 0 {
		dst = appendHead(appendText(dst, "timeout_ms"), majorUint, uint64(timeoutMS))
	}
	return dst
}

// AppendResponse appends a reply. id is the raw item of the request.
func (codec) AppendResponse(dst []byte, status wire.Status, payload, id []byte, final bool) []byte {
	dst = appendHead(dst, majorMap, 4)
	dst = appendText(dst, "final")
	if final {
		dst = append(dst, simpleTrue)
	} else {
		dst = append(dst, simpleFalse)
	}
	dst = appendText(appendText(dst, "status"), status.String())
	dst = appendRaw(appendText(dst, "payload"), payload, null)
	return appendRaw(appendText(dst, "request_id"), id, null)
}

func appendMember[S string | []byte](dst []byte, key string, value S) []byte {
	if len(value) == 0 {
		return dst
	}
	return appendText(appendText(dst, key), value)
}

func appendRaw(dst, item, absent []byte) []byte {
	if len(item) == 0 {
		item = absent
	}
	return append(dst, item...)
}

func appendText[S string | []byte](dst []byte, s S) []byte {
	return append(appendHead(dst, majorText, uint64(len(s))), s...)
}

// appendHead appends the beginning of an item in the shortest form.
func appendHead(dst []byte, major byte, arg uint64) []byte {
	first := major << 5
	switch {
	case arg < 24:
		return append(dst, first|byte(arg))
	case arg <= math.MaxUint8:
		return append(dst, first|24, byte(arg))
	case arg <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, first|25), uint16(arg))
	case arg <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, first|26), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(dst, first|27), arg)
}
