package broker_test

import (
	"bytes"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// tap keeps the raw bytes of every reply.
type tap struct {
	net.Conn
	raw bytes.Buffer
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.raw.Write(p[:n])
	return n, err
}

// converse sends the lines of a script one after another, each closed by a
// command nobody knows, whose error marks the end of the replies in any mode,
// and returns the raw replies. A line holds inline commands, between "; ", and
// one that begins with * has \r\n for its line ends.
func converse(t *testing.T, addr string, script []string) []string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	tapped := &tap{Conn: conn}
	rd := resp.NewReader(tapped, resp.Limits{})
	var replies []string
	for _, line := range script {
		tapped.raw.Reset()
		frame := strings.ReplaceAll(line, "; ", "\r\n")
		if strings.HasPrefix(line, "*") {
			frame = strings.ReplaceAll(line, `\r\n`, "\r\n")
		}
		if _, err := conn.Write([]byte(frame + "\r\nthe-end\r\n")); err != nil {
			t.Fatal(err)
		}
		for {
			reply, err := rd.ReadReply()
			if err != nil {
				tapped.raw.WriteString("<" + line + ": closed>")
				return append(replies, tapped.raw.String())
			}
			if string(reply.Bytes) == "ERR unknown command 'the-end', with args beginning with: " {
				break
			}
		}
		replies = append(replies, tapped.raw.String())
	}
	return replies
}

// mayDiffer are the parts of replies that no two servers share.
var mayDiffer = regexp.MustCompile(`\$2\r\nid\r\n:\d+|:[34]\d\d\d\d?\r\n`)

var scripts = map[string][]string{
	"connection": {
		"ping", "PING hi", "PING a b", "echo x", "ECHO", "echo a b", "hello", "hello 2", "hello 4", "hello x", "HELLO 2 setname bob",
		"client getname", "hello 2 foo", "hello 2 auth default x", "hello 2 auth bob x", "HELLO 2 SETNAME 'a b'", "hello 2 setname", "select 1", "select 16", "select -1", "select x", "select 99999999999",
		"select", "reset", "auth x", "auth default x", "auth bob x", "auth a b c", "auth", "ping",
	},
	"client": {
		"client", "client foo", "client getname", "client setname bob", "client getname", "client setname ''", "client getname", "client setname 'a b'",
		"client setname \"a\\n\"", "client setname", "client id x", "client reply", "client reply x", "client reply off; ping 1; client reply on", "client reply off; ping 2; ping 3; client reply on; ping 4", "client reply on",
		"ping 3", "client no-evict on", "client no-evict x", "client no-evict", "client kill 1.2.3.4:5", "client kill id x", "client kill id 0", "client kill id 999999",
		"client kill type foo", "client kill type master", "client kill user bob", "client kill skipme maybe", "client kill id", "client kill addr", "client kill addr 1.2.3.4:5 skipme yes", "client kill foo bar",
		"client kill id 999 id", "client list type foo", "client list id x", "client list foo", "client list id 999999", "client list type master", "client info x",
	},
	"strings": {
		"flushall", "get", "get a b", "get nothing", "set k", "set k v", "get k", "set k v nx", "set k w xx", "get k", "set k2 v xx", "set k2 v nx get", "set k2 w get", "get k2", "set k3 v get",
		"set k v foo", "set k v nx xx", "set k v ex", "set k v ex x", "set k v ex 0", "set k v ex -1", "set k v px 9223372036854775807", "set k v ex 9223372036854775807", "set k v ex 10 px 10",
		"set k v ex 10 keepttl", "set k v keepttl ex 10", "set k v ex 100", "ttl k", "set k v keepttl", "ttl k", "set k v", "ttl k", "pttl k", "ttl none", "pttl none", "set k v px 100000", "ttl k", "set k v exat 1", "get k",
		"exists k", "set k v exat 99999999999", "exists k", "set k v pxat 99999999999999 nx", "set k v pxat 1 get", "get k", "set k v exat 0", "set k v ex 1.5", "set k v ex ' 1'", "set k v ex 01", "set k v ex +1", "set k v ex 10 ex 20", "ttl k", "SET K \"\\x00\\r\\n\"", "get K", "set '' v", "get ''", "set k v px 100 nx get",
	},
	"keys": {
		"flushall", "set a 1", "set b 2", "dbsize", "exists a b c a", "exists", "del a c", "del", "dbsize", "type b", "type c", "type", "select 3", "dbsize", "get b", "set x 1", "flushdb", "dbsize", "select 0", "dbsize", "flushdb foo",
		"flushdb sync", "flushall async", "flushall async x", "set a 1", "expire a 100", "ttl a", "expire a 50 gt", "expire a 200 gt", "expire a 100 lt", "expire a 300 lt", "expire a 100 nx", "expire a 90 xx", "expire a 10 nx xx", "expire a 10 gt lt",
		"expire a 10 foo", "expire a x", "expire a", "expire none 10", "expire a 9223372036854775807", "expire a -9223372036854775808", "pexpire a 9223372036854775807", "pexpire a 100000", "ttl a", "ttl", "expire a 0", "exists a", "set a 1", "expire a -1", "get a",
		"set a 1", "expire a 10 gt", "expire a 10 lt", "set a 1", "pexpire a 1 xx", "pexpire a -5", "dbsize",
	},
	"pubsub": {
		"publish c", "publish c m", "pubsub", "pubsub foo", "pubsub channels", "pubsub numsub", "pubsub numsub a b", "pubsub numpat", "pubsub numpat x", "pubsub channels a b", "unsubscribe", "punsubscribe", "unsubscribe a b", "punsubscribe a*",
		"subscribe", "psubscribe", "subscribe a", "ping", "ping x", "get a", "foo", "set a", "publish a x", "client getname", "subscribe a b", "psubscribe a*", "psubscribe a* b*", "unsubscribe a", "unsubscribe a", "unsubscribe", "punsubscribe b*", "punsubscribe", "ping", "publish a x", "subscribe z", "reset", "get a", "subscribe a", "unsubscribe", "quit",
	},
	"resp3 pubsub": {
		"hello 3", "subscribe a", "get x", "publish a hello", "psubscribe a*", "publish a hello", "ping", "ping x", "pubsub channels", "pubsub numsub a", "pubsub numpat", "unsubscribe a", "unsubscribe", "punsubscribe", "punsubscribe", "client list foo", "hello 2", "ping", "reset", "ping",
		"hello 3", "client reply off; subscribe a; publish a x; ping; client reply on",
	},
	"globs": {
		"psubscribe *; publish '' x; publish x y", "reset", "psubscribe a[b-d]? \\*x h[^e]llo [a- news.*", "publish abz 1; publish aez 2; publish *x 3; publish hallo 4; publish hello 5; publish - 6; publish b 7; publish news. 8; publish news 9",
	},
	"errors": {
		"foo", "foo bar", "foo 'a b' \"c\\x00d\" e", "foo \"a\\r\\nb\"", "get\\x00 a", "FOO " + strings.Repeat("x", 200) + " y", strings.Repeat("z", 200), "foo " + strings.Repeat("12345678901 ", 20), "", "   ",
		"config foo", "config", "command foo", "command count x", "time x", "dbsize x", "reset x", "info nothing",
		"command info nothing", "command docs nothing", "config get nothing", "config get", "config get save", "config get *append*nly", "config set timeout 1 2", "config set timeout +1", "config set timeout 01",
	},
	"command info":     {"command info echo publish subscribe psubscribe auth quit reset select hello", "command info client|id client|getname pubsub|channels", "command docs nothing"},
	"quit":             {"set a b", "quit"},
	"unbalanced":       {"echo \"a", "ping"},
	"bad bulk":         {"*1\\r\\n$x", "ping"},
	"bad multibulk":    {"*x", "ping"},
	"negative bulk":    {"*1\\r\\n$-5", "ping"},
	"huge multibulk":   {"*99999999999", "ping"},
	"huge bulk":        {"*1\\r\\n$9223372036854775807", "ping"},
	"no dollar":        {"*1\\r\\nping", "ping"},
	"empty multibulk":  {"*0", "*-1", "ping"},
	"kill by itself":   {"client kill id 999999 skipme no", "client kill type normal skipme yes", "client kill type normal skipme no"},
	"not a subscriber": {"unsubscribe", "get a", "punsubscribe x", "get a"},
}

// Both servers get the same bytes and must answer the same bytes.
func TestDifferential(t *testing.T) {
	redis := redistest.Start(t)
	for name, script := range scripts {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				compare(t, redis.Addr, broker.Config{}, append([]string{"flushall", "hello " + proto}, script...))
			})
		}
	}
}

func TestDifferentialPassword(t *testing.T) {
	redis := redistest.Start(t, "--requirepass", "secret")
	for name, script := range map[string][]string{
		"auth":        {"ping", "get a", "foo", "get", "hello", "hello 3", "auth wrong", "auth default wrong", "auth bob secret", "client id x", "subscribe a", "auth secret", "ping", "reset", "ping", "auth default secret", "ping", "auth wrong", "ping"},
		"hello":       {"hello 3 auth default wrong", "hello 3 auth default secret setname bob", "client getname", "hello 2", "reset", "hello 3 setname x", "quit"},
		"many args":   {"*11", "ping"},
		"long args":   {"*1\\r\\n$16385", "ping"},
		"quit":        {"quit"},
		"ten is fine": {"*2\\r\\n$4\\r\\nAUTH\\r\\n$6\\r\\nsecret", "ping"},
	} {
		t.Run(name, func(t *testing.T) {
			compare(t, redis.Addr, broker.Config{Password: "secret"}, script)
		})
	}
}

func compare(t *testing.T, redis string, cfg broker.Config, script []string) {
	t.Helper()
	_, addr := serve(t, cfg)
	want, got := converse(t, redis, script), converse(t, addr, script)
	for i := range max(len(want), len(got)) {
		if i >= len(got) || i >= len(want) {
			t.Fatalf("after %d replies one of the two hung up: redis gave %d, the broker %d", i, len(want), len(got))
		}
		w, g := mayDiffer.ReplaceAllString(want[i], "…"), mayDiffer.ReplaceAllString(got[i], "…")
		if w != g {
			t.Errorf("%s\n got %q\nwant %q", script[i], got[i], want[i])
		}
	}
}
