package resp_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// show writes a reply in a form tests can compare.
func show(r resp.Reply) string {
	switch r.Kind {
	case resp.Null:
		return "null"
	case resp.Int, resp.Bool:
		return fmt.Sprintf("%c%d", r.Kind, r.Int)
	case resp.Array, resp.Map, resp.Set, resp.Push:
		var parts []string
		for _, e := range r.Elems {
			parts = append(parts, show(e))
		}
		return fmt.Sprintf("%c[%s]", r.Kind, strings.Join(parts, " "))
	}
	if r.Cut > 0 {
		return fmt.Sprintf("%c(%d)", r.Kind, r.Cut)
	}
	return fmt.Sprintf("%c%q", r.Kind, r.Bytes)
}

// replies reads everything in the input, and the error that ended it.
func replies(rd io.Reader, lim resp.Limits) (got []string, err error) {
	r := resp.NewReader(rd, lim)
	for {
		reply, err := r.ReadReply()
		if err != nil {
			return got, err
		}
		got = append(got, show(reply))
	}
}

func TestReadReply(t *testing.T) {
	deep := strings.Repeat("*1\r\n", 40)
	for _, c := range []struct{ in, want, err string }{
		{"+OK\r\n-ERR no\r\n:-7\r\n", `[+"OK" -"ERR no" :-7]`, "EOF"},
		{"$2\r\nhi\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n", `[$"hi" $"" null null *[]]`, "EOF"},
		{"*3\r\n:1\r\n*2\r\n+a\r\n+b\r\n$1\r\nx\r\n", `[*[:1 *[+"a" +"b"] $"x"]]`, "EOF"},
		{"_\r\n#t\r\n#f\r\n,1.5\r\n(123\r\n", `[null #1 #0 ,"1.5" ("123"]`, "EOF"},
		{"=6\r\ntxt:hi\r\n!5\r\nERR x\r\n", `[="txt:hi" !"ERR x"]`, "EOF"},
		{"%1\r\n+a\r\n:1\r\n~1\r\n:2\r\n>2\r\n+b\r\n:3\r\n", `[%[+"a" :1] ~[:2] >[+"b" :3]]`, "EOF"},
		{"|1\r\n+ttl\r\n:9\r\n+OK\r\n*1\r\n|1\r\n+a\r\n+b\r\n:5\r\n", `[+"OK" *[:5]]`, "EOF"},
		{"$2\r\nhixx", "[]", "Protocol error: line does not end in CRLF"},
		{"+a\n", "[]", "Protocol error: line does not end in CRLF"},
		{"$-2\r\n", "[]", "Protocol error: invalid length"},
		{"*99999999999\r\n", "[]", "Protocol error: invalid length"},
		{"$9223372036854775807\r\n", "[]", "Protocol error: invalid length"},
		{":1x\r\n", "[]", "Protocol error: invalid value after ':'"},
		{"#y\r\n", "[]", "Protocol error: invalid value after '#'"},
		{"=2\r\nhi\r\n", "[]", "Protocol error: verbatim string without format"},
		{"?1\r\n", "[]", "Protocol error: unknown reply type '?'"},
		{deep, "[]", "Protocol error: reply nested too deeply"},
		{"*2\r\n+a\r\n", "[]", "unexpected EOF"},
	} {
		for name, rd := range map[string]io.Reader{
			"at once":      strings.NewReader(c.in),
			"byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
		} {
			got, err := replies(rd, resp.Limits{})
			if s := fmt.Sprint(got); s != c.want || err.Error() != c.err {
				t.Errorf("%.40q %s: got %s, %v; want %s, %s", c.in, name, s, err, c.want, c.err)
			}
		}
	}
}

func TestElementLimitCountsAllParts(t *testing.T) {
	in := "*3\r\n*2\r\n:1\r\n:2\r\n*2\r\n:3\r\n:4\r\n*0\r\n"
	for limit, want := range map[int]string{7: "Protocol error: invalid length", 8: "EOF"} {
		if _, err := replies(strings.NewReader(in), resp.Limits{Elements: limit}); err.Error() != want {
			t.Errorf("limit %d: got %v, want %s", limit, err, want)
		}
	}
}

func TestReplyHelpers(t *testing.T) {
	if f, err := (resp.Reply{Kind: resp.Double, Bytes: []byte("-inf")}).Float(); err != nil || !math.IsInf(f, -1) {
		t.Errorf("got %v, %v, want -inf", f, err)
	}
	if !(resp.Reply{Kind: resp.BlobError}).Failed() || (resp.Reply{Kind: resp.Bulk}).Failed() {
		t.Error("only errors are failures")
	}
}

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		got  []byte
		want string
	}{
		{resp.AppendCommand(nil, []byte("GET"), []byte("k")), "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"},
		{resp.AppendCommand(nil, "PING"), "*1\r\n$4\r\nPING\r\n"},
		{resp.AppendError(nil, "ERR a\r\nb"), "-ERR a  b\r\n"},
		{resp.AppendSimple(nil, "OK"), "+OK\r\n"},
		{resp.AppendNull(nil, 2), "$-1\r\n"}, {resp.AppendNull(nil, 3), "_\r\n"},
		{resp.AppendNullArray(nil, 2), "*-1\r\n"}, {resp.AppendNullArray(nil, 3), "_\r\n"},
		{resp.AppendMapHeader(nil, 2, 3), "*6\r\n"}, {resp.AppendMapHeader(nil, 3, 3), "%3\r\n"},
		{resp.AppendSetHeader(nil, 2, 3), "*3\r\n"}, {resp.AppendSetHeader(nil, 3, 3), "~3\r\n"},
		{resp.AppendPushHeader(nil, 2, 3), "*3\r\n"}, {resp.AppendPushHeader(nil, 3, 3), ">3\r\n"},
		{resp.AppendDouble(nil, 2, 3), "$1\r\n3\r\n"}, {resp.AppendDouble(nil, 3, 0.5), ",0.5\r\n"},
		{resp.AppendDouble(nil, 3, math.Inf(-1)), ",-inf\r\n"},
		{resp.AppendVerbatim(nil, 2, "txt", "hi"), "$2\r\nhi\r\n"},
		{resp.AppendVerbatim(nil, 3, "txt", "hi"), "=6\r\ntxt:hi\r\n"},
	} {
		if string(c.got) != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	var message []byte
	message = resp.AppendArrayHeader(message, 3)
	for _, s := range []string{"message", "sensor", strings.Repeat("x", 200)} {
		message = resp.AppendBulk(message, s)
	}
	push := append([]byte(nil), message...)
	push[0] = '>'
	for name, frame := range map[string][]byte{
		"publish reply": []byte(":1\r\n"), "message": message, "push": push,
	} {
		r := resp.NewReader(&loop{data: bytes.Repeat(frame, 100)}, resp.Limits{})
		read := func() {
			if _, err := r.ReadReply(); err != nil {
				t.Fatal(err)
			}
		}
		for range 1000 {
			read()
		}
		if n := testing.AllocsPerRun(1000, read); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
	r := resp.NewReader(&loop{data: bytes.Repeat(message, 100)}, resp.Limits{})
	dst := make([]byte, 0, 1024)
	name, payload := "sensor", message
	n := testing.AllocsPerRun(1000, func() {
		if _, err := r.ReadCommand(); err != nil {
			t.Fatal(err)
		}
		dst = resp.AppendArrayHeader(dst[:0], 3)
		dst = resp.AppendBulk(dst, "PUBLISH")
		dst = resp.AppendBulk(dst, name)
		dst = resp.AppendBulk(dst, payload)
		dst = resp.AppendCommand(dst, "PUBLISH", name, "x")
	})
	if n != 0 {
		t.Errorf("command and append: %v allocations, want 0", n)
	}
}

// A large reply does not make the reader large for ever.
func TestLargeBufferIsGivenBack(t *testing.T) {
	large := resp.AppendBulk(nil, make([]byte, 1<<20))
	var grown, after int
	sizes := &sizer{rd: io.MultiReader(bytes.NewReader(large), strings.NewReader("+OK\r\n"))}
	r := resp.NewReader(sizes, resp.Limits{})
	if _, err := r.ReadReply(); err != nil {
		t.Fatal(err)
	}
	grown = sizes.largest
	sizes.largest = 0
	if _, err := r.ReadReply(); err != nil {
		t.Fatal(err)
	}
	after = sizes.largest
	if grown < 256<<10 || after > 16<<10 {
		t.Errorf("room for %d bytes, then %d; want much, then little", grown, after)
	}
}

// sizer notes the largest room a reader was given.
type sizer struct {
	rd      io.Reader
	largest int
}

func (s *sizer) Read(p []byte) (int, error) {
	s.largest = max(s.largest, len(p))
	return s.rd.Read(p)
}

func BenchmarkReadMessage(b *testing.B) {
	one := resp.AppendCommand(nil, "message", "sensor.temperature", strings.Repeat("x", 256))
	r := resp.NewReader(&loop{data: bytes.Repeat(one, 50)}, resp.Limits{})
	b.SetBytes(int64(len(one)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.ReadReply(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadPublishReply(b *testing.B) {
	r := resp.NewReader(&loop{data: bytes.Repeat([]byte(":1\r\n"), 500)}, resp.Limits{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.ReadReply(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendCommand(b *testing.B) {
	payload := strings.Repeat("x", 256)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = resp.AppendCommand(dst[:0], "PUBLISH", "sensor.temperature", payload)
	}
}
