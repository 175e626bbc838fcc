package resp_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

var small = resp.Limits{Elements: 64, Bulk: 512, Total: 1024, Inline: 128, Depth: 4}

func FuzzReadCommand(f *testing.F) {
	for _, s := range []string{
		"*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n", "set k 'it\\'s' \"a\\x41\"\r\n", "*0\r\n\r\nPING\n",
		"*1\r\n$9223372036854775807\r\n", "*99999999999\r\n", "*1\r\n:1\r\n", "a \"\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := commands(bytes.NewReader(in), small)
		slow, slowErr := commands(iotest.OneByteReader(bytes.NewReader(in)), small)
		if fmt.Sprint(got, err) != fmt.Sprint(slow, slowErr) {
			t.Fatalf("at once %q, %v; byte by byte %q, %v", got, err, slow, slowErr)
		}
		var again []byte
		for _, args := range got {
			again = resp.AppendCommand(again, args...)
		}
		back, _ := commands(bytes.NewReader(again), resp.Limits{})
		if fmt.Sprintf("%q", back) != fmt.Sprintf("%q", got) {
			t.Fatalf("read %q, encoded and read again %q", got, back)
		}
	})
}

func FuzzReadReply(f *testing.F) {
	for _, s := range []string{
		"+OK\r\n-ERR no\r\n:-7\r\n", "*3\r\n:1\r\n*2\r\n+a\r\n+b\r\n$1\r\nx\r\n", "_\r\n#t\r\n,1.5\r\n(12\r\n",
		"=6\r\ntxt:hi\r\n!5\r\nERR x\r\n", "%1\r\n+a\r\n:1\r\n~1\r\n:2\r\n>1\r\n+b\r\n", "|1\r\n+a\r\n:9\r\n+OK\r\n", "$-1\r\n",
		"*2\r\n$17\r\n12345678901234567\r\n*3\r\n:7\r\n+ok\r\n!17\r\nERR 5678901234567\r\n+next\r\n",
		"*6\r\n" + strings.Repeat("$12\r\n123456789012\r\n", 4) + "%1\r\n+simple\r\n:12\r\n=6\r\ntxt:hi\r\n_\r\n",
	} {
		f.Add([]byte(s))
	}
	roomy := resp.Limits{Elements: 64, Inline: 64, Depth: 4}
	tight := resp.Limits{Elements: 64, Inline: 64, Depth: 4, Bulk: 16, Total: 64}
	f.Fuzz(func(t *testing.T, in []byte) {
		var errs [2]error
		for i, lim := range []resp.Limits{roomy, tight} {
			got, err := replies(bytes.NewReader(in), lim)
			slow, slowErr := replies(iotest.OneByteReader(bytes.NewReader(in)), lim)
			if fmt.Sprint(got, err) != fmt.Sprint(slow, slowErr) {
				t.Fatalf("at once %q, %v; byte by byte %q, %v", got, err, slow, slowErr)
			}
			errs[i] = err
		}
		whole, cut := resp.NewReader(bytes.NewReader(in), roomy), resp.NewReader(bytes.NewReader(in), tight)
		for {
			reply, err := whole.ReadReply()
			if err != nil {
				break
			}
			again, err := replies(bytes.NewReader(encode(nil, reply)), resp.Limits{})
			if len(again) != 1 || again[0] != show(reply) {
				t.Fatalf("read %s, encoded and read again %q, %v", show(reply), again, err)
			}
			short, err := cut.ReadReply()
			if err != nil || !abridged(short, reply) {
				t.Fatalf("read %s, with little room %s, %v", show(reply), show(short), err)
			}
		}
		// What was cut is not looked at.
		if fmt.Sprint(errs[0]) != fmt.Sprint(errs[1]) && !strings.Contains(fmt.Sprint(errs[0]), "verbatim") {
			t.Fatalf("ended with %v, with little room %v", errs[0], errs[1])
		}
	})
}

// abridged reports whether short is the reply but for texts that were cut.
func abridged(short, reply resp.Reply) bool {
	if short.Kind != reply.Kind || short.Int != reply.Int || len(short.Elems) != len(reply.Elems) {
		return false
	}
	for i, e := range short.Elems {
		if !abridged(e, reply.Elems[i]) {
			return false
		}
	}
	if short.Cut > 0 {
		return short.Bytes == nil && short.Cut == int64(len(reply.Bytes))
	}
	return bytes.Equal(short.Bytes, reply.Bytes)
}

// encode writes a reply as a RESP3 server would.
func encode(dst []byte, r resp.Reply) []byte {
	switch r.Kind {
	case resp.Simple:
		return append(append(append(dst, '+'), r.Bytes...), "\r\n"...)
	case resp.Error, resp.Double, resp.BigNumber:
		return append(append(append(dst, byte(r.Kind)), r.Bytes...), "\r\n"...)
	case resp.Int:
		return resp.AppendInt(dst, r.Int)
	case resp.Bool:
		return append(dst, '#', "ft"[r.Int], '\r', '\n')
	case resp.Null:
		return resp.AppendNull(dst, resp.RESP3)
	case resp.Bulk:
		return resp.AppendBulk(dst, r.Bytes)
	case resp.Verbatim:
		return resp.AppendVerbatim(dst, resp.RESP3, string(r.Bytes[:3]), string(r.Bytes[4:]))
	case resp.BlobError:
		from := len(dst)
		dst = resp.AppendBulk(dst, r.Bytes)
		dst[from] = '!'
		return dst
	case resp.Map:
		dst = resp.AppendMapHeader(dst, resp.RESP3, len(r.Elems)/2)
	case resp.Set:
		dst = resp.AppendSetHeader(dst, resp.RESP3, len(r.Elems))
	case resp.Push:
		dst = resp.AppendPushHeader(dst, resp.RESP3, len(r.Elems))
	default:
		dst = resp.AppendArrayHeader(dst, len(r.Elems))
	}
	for _, e := range r.Elems {
		dst = encode(dst, e)
	}
	return dst
}
