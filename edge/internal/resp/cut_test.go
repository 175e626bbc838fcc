package resp_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

func TestWhatIsTooLongIsCut(t *testing.T) {
	ten := "$10\r\n0123456789\r\n"
	for _, c := range []struct{ in, want, err string }{
		{"$11\r\n01234567890\r\n+next\r\n", `[$(11) +"next"]`, "EOF"},
		{"=11\r\ntxt:4567890\r\n!11\r\nERR 4567890\r\n" + ten, `[=(11) !(11) $"0123456789"]`, "EOF"},
		{"*3\r\n+a\r\n$11\r\n01234567890\r\n:3\r\n+next\r\n", `[*[+"a" $(11) :3] +"next"]`, "EOF"},
		{"|1\r\n+a\r\n$11\r\n01234567890\r\n+b\r\n", `[+"b"]`, "EOF"},
		// Behind two strings of ten bytes there is room for sixteen bytes more, be
		// they a string, a line or the beginning of an array.
		{"*4\r\n" + ten + ten + ten + "$3\r\nabc\r\n" + ten, `[*[$"0123456789" $"0123456789" $(10) $"abc"] $"0123456789"]`, "EOF"},
		{"*4\r\n" + ten + ten + "+01234567890123\r\n+b\r\n" + ten, `[*[$"0123456789" $"0123456789" +(14) +"b"] $"0123456789"]`, "EOF"},
		{"*5\r\n" + ten + ten + "+01234567890\r\n:12\r\n*3\r\n_\r\n#t\r\n$2\r\nhi\r\n+b\r\n",
			`[*[$"0123456789" $"0123456789" +"01234567890" :12 *[null #1 $(2)]] +"b"]`, "EOF"},
		{"$11\r\n01234567890xx", "[]", "Protocol error: line does not end in CRLF"},
		{"$11\r\n0123", "[]", "unexpected EOF"},
		{"$11\r\n01234567890", "[]", "unexpected EOF"},
		{"$536870912\r\n", "[]", "unexpected EOF"},
		{"$536870913\r\n", "[]", "Protocol error: invalid length"},
	} {
		for name, rd := range map[string]io.Reader{
			"at once":      strings.NewReader(c.in),
			"byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
		} {
			got, err := replies(rd, resp.Limits{Bulk: 10, Total: 54, Inline: 16})
			if s := fmt.Sprint(got); s != c.want || err.Error() != c.err {
				t.Errorf("%.40q %s: got %s, %v; want %s, %s", c.in, name, s, err, c.want, c.err)
			}
		}
	}
}

// endless is a server that sends one long string and then a status.
func endless(size int64) io.Reader {
	return io.MultiReader(
		strings.NewReader(fmt.Sprintf("*2\r\n+message\r\n$%d\r\n", size)),
		io.LimitReader(zeros{}, size), strings.NewReader("\r\n+next\r\n"))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestCuttingTakesLittleMemory(t *testing.T) {
	rd := &sizer{rd: endless(100 << 20)}
	got, err := replies(rd, resp.Limits{})
	if want := `[*[+"message" $(104857600)] +"next"]`; fmt.Sprint(got) != want || err != io.EOF {
		t.Errorf("got %v, %v, want %s", got, err, want)
	}
	if rd.largest > 16<<10 {
		t.Errorf("room for %d bytes, want little", rd.largest)
	}
}

// A frame that was cut cannot be begun again.
func TestErrorWhileCuttingStays(t *testing.T) {
	sick := errors.New("sick")
	for _, c := range []struct {
		in   string
		want error
	}{
		{"$20\r\n0123", sick},
		{"$4\r\n01", nil},
	} {
		rest := strings.NewReader("23\r\n")
		r := resp.NewReader(io.MultiReader(strings.NewReader(c.in), once(sick), rest), resp.Limits{Bulk: 10})
		if _, err := r.ReadReply(); err != sick {
			t.Fatalf("%q: got %v, want %v", c.in, err, sick)
		}
		if _, err := r.ReadReply(); err != c.want {
			t.Errorf("%q, tried again: got %v, want %v", c.in, err, c.want)
		}
	}
}

// once fails one read, and is at its end from then on.
func once(err error) io.Reader { return &failing{err} }

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) {
	err := f.err
	f.err = io.EOF
	return 0, err
}
