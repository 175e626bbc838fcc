package wire

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// envelope is room for what stands around the values of a request.
const envelope = 128

// AppendRequest appends a request. An empty payload is sent as {}; an empty replyTo, id or service and a timeout that is
// not positive are left out.
func AppendRequest(dst []byte, action string, payload []byte, replyTo string, id []byte, service string, timeoutMS int64) []byte {
	dst = slices.Grow(dst, len(action)+len(payload)+len(replyTo)+len(id)+len(service)+envelope)
	dst = append(dst, `{"action":`...)
	dst = AppendString(dst, action)
	dst = append(dst, `,"payload":`...)
	dst = appendRaw(dst, payload, "{}")
	if replyTo != "" {
		dst = append(dst, `,"reply_to":`...)
		dst = AppendString(dst, replyTo)
	}
	if len(id) > 0 {
		dst = append(dst, `,"request_id":`...)
		dst = AppendString(dst, id)
	}
	if service != "" {
		dst = append(dst, `,"service":`...)
		dst = AppendString(dst, service)
	}
	if timeoutMS > 0 {
		dst = append(dst, `,"timeout_ms":`...)
		dst = strconv.AppendInt(dst, timeoutMS, 10)
	}
	return append(dst, '}')
}

// AppendResponse appends a reply. idRaw is the request's [Request.ID], echoed as it came; nil is sent as null, and so is
// an empty payload.
func AppendResponse(dst []byte, status Status, payload, idRaw []byte, final bool) []byte {
	dst = append(dst, `{"status":"`...)
	dst = append(dst, status.String()...)
	dst = append(dst, `","payload":`...)
	dst = appendRaw(dst, payload, "null")
	dst = append(dst, `,"request_id":`...)
	dst = appendRaw(dst, idRaw, "null")
	dst = append(dst, `,"final":`...)
	dst = strconv.AppendBool(dst, final)
	return append(dst, '}')
}

// AppendErrorPayload appends the payload of an error reply. An empty code is left out.
func AppendErrorPayload(dst []byte, code, message string) []byte {
	dst = append(dst, `{"error":`...)
	dst = AppendString(dst, message)
	dst = appendCode(dst, code)
	return append(dst, '}')
}

// AppendFrame appends a WebSocket frame. Empty data is left out, and so is an empty idRaw, which is the [Frame.ID] of the
// frame that it answers.
func AppendFrame(dst []byte, kind string, data, idRaw []byte) []byte {
	dst = append(dst, `{"type":`...)
	dst = AppendString(dst, kind)
	if len(data) > 0 {
		dst = append(dst, `,"data":`...)
		dst = append(dst, data...)
	}
	dst = appendID(dst, idRaw)
	return append(dst, '}')
}

// AppendFrameError appends the frame that refuses a message: no handler was reached. An empty code is left out.
func AppendFrameError(dst []byte, code, message string) []byte {
	dst = append(dst, `{"type":"error","error":`...)
	dst = AppendString(dst, message)
	dst = appendCode(dst, code)
	return append(dst, '}')
}

// AppendFrameLimit appends the frame that refuses a message of who sends too many; retryAfter is in seconds.
func AppendFrameLimit(dst []byte, message string, retryAfter int64) []byte {
	dst = append(dst, `{"type":"error","error":`...)
	dst = AppendString(dst, message)
	dst = append(dst, `,"retry_after":`...)
	dst = strconv.AppendInt(dst, retryAfter, 10)
	return append(dst, '}')
}

// AppendFrameFailure appends the frame that answers one whose handler failed: the error is under data. idRaw is as in
// [AppendFrame].
func AppendFrameFailure(dst []byte, code, message string, idRaw []byte) []byte {
	dst = append(dst, `{"type":"error","data":`...)
	dst = AppendErrorPayload(dst, code, message)
	dst = appendID(dst, idRaw)
	return append(dst, '}')
}

func appendRaw(dst, raw []byte, absent string) []byte {
	if len(raw) == 0 {
		return append(dst, absent...)
	}
	return append(dst, raw...)
}

func appendCode(dst []byte, code string) []byte {
	if code == "" {
		return dst
	}
	dst = append(dst, `,"code":`...)
	return AppendString(dst, code)
}

func appendID(dst, raw []byte) []byte {
	if len(raw) == 0 {
		return dst
	}
	dst = append(dst, `,"id":`...)
	return append(dst, raw...)
}

// AppendString appends s as a JSON string, byte for byte as encoding/json writes it without HTML escaping: invalid UTF-8
// becomes U+FFFD, and control characters, U+2028 and U+2029 are escaped.
func AppendString[S string | []byte](dst []byte, s S) []byte {
	dst = append(dst, '"')
	start := 0 // of what was not copied yet
	for i := plain(s); i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' {
				dst = append(dst, s[start:i]...)
				dst = appendEscape(dst, rune(c))
				start = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		if r == utf8.RuneError && n == 1 || r == '\u2028' || r == '\u2029' {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, r)
			start = i + n
		}
		i += n
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// plain returns how many bytes of s, by eights, are ASCII that needs no escape.
func plain[S string | []byte](s S) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		if (w|specials(w))&highs != 0 {
			break
		}
	}
	return i
}

// appendEscape appends the shortest escape of a character of the basic plane.
func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
