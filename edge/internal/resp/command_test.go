package resp_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// commands reads everything in the input, and the error that ended it.
func commands(rd io.Reader, lim resp.Limits) (got [][]string, err error) {
	r := resp.NewReader(rd, lim)
	for {
		args, err := r.ReadCommand()
		if err != nil {
			return got, err
		}
		var words []string
		for _, a := range args {
			words = append(words, string(a))
		}
		got = append(got, words)
	}
}

func TestReadCommand(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	for _, c := range []struct {
		in   string
		want [][]string
		err  string
	}{
		{"*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n", [][]string{{"ECHO", "hi"}}, "EOF"},
		{"*1\r\n$0\r\n\r\n*1\r\n$3\r\na\r\n\r\n", [][]string{{""}, {"a\r\n"}}, "EOF"},
		{"*0\r\n*-1\r\n\r\n   \r\nPING\n", [][]string{{"PING"}}, "EOF"},
		{"set  k\t'it\\'s' \"a\\n\\x41\\q\"\r\n", [][]string{{"set", "k", "it's", "a\nAq"}}, "EOF"},
		{"a \"\" ''\r\n", [][]string{{"a", "", ""}}, "EOF"},
		{"a\x00 b\r\n", [][]string{{"a"}}, "EOF"},
		{"a b\"c d\"\r\n", [][]string{{"a", "bc d"}}, "EOF"},
		{"set a \"b\r\n", nil, "Protocol error: unbalanced quotes in request"},
		{"set a \"b\"c\r\n", nil, "Protocol error: unbalanced quotes in request"},
		{"set a 'b\\\r\n", nil, "Protocol error: unbalanced quotes in request"},
		{long, nil, "Protocol error: too big inline request"},
		{"*" + long, nil, "Protocol error: too big mbulk count string"},
		{"*1\r\n$" + long, nil, "Protocol error: too big bulk count string"},
		{"*99999999999\r\n", nil, "Protocol error: invalid multibulk length"},
		{"*+1\r\n", nil, "Protocol error: invalid multibulk length"},
		{"*01\r\n", nil, "Protocol error: invalid multibulk length"},
		{"*\r\n", nil, "Protocol error: invalid multibulk length"},
		{"*1\r\n:1\r\n", nil, "Protocol error: expected '$', got ':'"},
		{"*1\r\n$99999999999\r\n", nil, "Protocol error: invalid bulk length"},
		{"*1\r\n$9223372036854775807\r\n", nil, "Protocol error: invalid bulk length"},
		{"*1\r\n$9223372036854775808\r\n", nil, "Protocol error: invalid bulk length"},
		{"*1\r\n$-1\r\n", nil, "Protocol error: invalid bulk length"},
		{"*1\r\n$-9223372036854775808\r\n", nil, "Protocol error: invalid bulk length"},
		{"*2\r\n$4\r\nECHO\r\n", nil, "unexpected EOF"},
		{"*1\r\n$4\r\nPI", nil, "unexpected EOF"},
		{"*1\r", nil, "unexpected EOF"},
		{"PING", nil, "unexpected EOF"},
	} {
		for name, rd := range map[string]io.Reader{
			"at once":      strings.NewReader(c.in),
			"byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
		} {
			got, err := commands(rd, resp.Limits{})
			if !slices.EqualFunc(got, c.want, slices.Equal) || err.Error() != c.err {
				t.Errorf("%.40q %s: got %q, %v; want %q, %s", c.in, name, got, err, c.want, c.err)
			}
		}
	}
}

func TestRestrict(t *testing.T) {
	for in, want := range map[string]string{
		"*11\r\n":            "unauthenticated multibulk length",
		"*1\r\n$16385\r\n":   "unauthenticated bulk length",
		"*1\r\n$16384\r\nab": "unexpected EOF",
	} {
		r := resp.NewReader(strings.NewReader(in), resp.Limits{})
		r.Restrict(true)
		if _, err := r.ReadCommand(); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", in, err, want)
		}
	}
}

func TestTotalLimit(t *testing.T) {
	in := "*3\r\n" + strings.Repeat("$100\r\n"+strings.Repeat("x", 100)+"\r\n", 3)
	for total, want := range map[int]error{250: resp.ProtocolError("too big request"), 400: io.EOF} {
		if _, err := commands(strings.NewReader(in), resp.Limits{Total: total}); err != want {
			t.Errorf("total %d: got %v, want %v", total, err, want)
		}
	}
}

func TestProtocolErrorStays(t *testing.T) {
	r := resp.NewReader(strings.NewReader("*x\r\nPING\r\n"), resp.Limits{})
	_, first := r.ReadCommand()
	if _, again := r.ReadCommand(); again != first {
		t.Errorf("got %v, want %v again", again, first)
	}
}

// A deadline in the middle of a frame loses nothing.
func TestInterruptedReadResumes(t *testing.T) {
	timeout := iotest.TimeoutReader(io.MultiReader(strings.NewReader("*1\r\n$4\r\nPI"), strings.NewReader("NG\r\n")))
	r := resp.NewReader(timeout, resp.Limits{})
	if _, err := r.ReadCommand(); !errors.Is(err, iotest.ErrTimeout) {
		t.Fatalf("got %v, want a timeout", err)
	}
	args, err := r.ReadCommand()
	if err != nil || len(args) != 1 || string(args[0]) != "PING" {
		t.Fatalf("got %q, %v, want PING", args, err)
	}
}

// What is announced costs nothing until it arrives.
func TestAnnouncedLengthIsNotAllocated(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, in := range []string{
		"*100000\r\n$1\r\na\r\n", "*1\r\n$16000000\r\nab",
	} {
		if _, err := commands(strings.NewReader(in), resp.Limits{}); err != io.ErrUnexpectedEOF {
			t.Fatalf("%q: %v", in, err)
		}
	}
	r := resp.NewReader(strings.NewReader("*100000\r\n*100000\r\n$16000000\r\nab"), resp.Limits{})
	if _, err := r.ReadReply(); err != io.ErrUnexpectedEOF {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<10 {
		t.Errorf("allocated %d bytes for a few that arrived", n)
	}
}

func BenchmarkReadCommand(b *testing.B) {
	one := resp.AppendCommand(nil, "PUBLISH", "sensor.temperature", strings.Repeat("x", 64))
	batch := bytes.Repeat(one, 64)
	src := &loop{data: batch}
	r := resp.NewReader(src, resp.Limits{})
	b.SetBytes(int64(len(one)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.ReadCommand(); err != nil {
			b.Fatal(err)
		}
	}
}

// loop gives the same bytes again and again.
type loop struct {
	data []byte
	pos  int
}

func (l *loop) Read(p []byte) (int, error) {
	if l.pos == len(l.data) {
		l.pos = 0
	}
	n := copy(p, l.data[l.pos:])
	l.pos += n
	return n, nil
}
