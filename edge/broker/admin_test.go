package broker_test

import (
	"context"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

func TestDifferentialAdmin(t *testing.T) {
	comparePlays(t, map[string][]string{
		"shards": {
			"a ssubscribe", "a ssubscribe a b a", "b spublish a x", "a ping", "b publish a y", "a ping", "b pubsub shardchannels a*", "b pubsub shardchannels b*", "b pubsub shardchannels x y", "b pubsub shardnumsub a b c", "b pubsub shardnumsub", "b pubsub channels", "b spublish none x", "b spublish a",
			"a subscribe c", "b pubsub channels; pubsub numsub c", "a sunsubscribe a", "a unsubscribe", "a sunsubscribe", "a sunsubscribe", "b pubsub shardchannels", "b spublish b x", "a get k", "a ssubscribe z; reset; get k",
		},
		"config": {
			"a config set maxmemory", "a config set foo 1", "a config set maxmemory x", "a config set maxmemory 100mbb", "a config set maxmemory -1", "a config set maxmemory 100mb", "a config get maxmemory", "a config set maxmemory 1000k maxmemory-policy volatile-ttl", "a config set maxmemory-policy noeviction", "a config set maxmemory 1mb foo 2", "a config get maxmemory", "a config set maxmemory 1gb maxmemory 2gb", "a config set MAXMEMORY 64mb", "a config get maxmemory",
			"a config set maxmemory 1mb maxclients 0", "a config get maxmemory", "a config set maxclients 0", "a config set maxclients x", "a config set maxclients 9999999999", "a config set timeout x maxclients 0", "a config set timeout -1", "a config set timeout x", "a config set timeout 77", "a config get timeout", "a config set timeout 0", "a config set databases 3", "a config set save ''", "a config set appendonly no", "a config set",
			"a config set requirepass secret", "a ping", "a reset", "a ping", "a auth wrong", "a auth secret", "a config set requirepass ''", "a reset", "a ping",
		},
		"waiting for replicas": {"a wait 0 1", "a wait x 1", "a wait 0 x", "a wait 0 -1", "a wait 0", "a multi; wait 1 0; exec"},
		"shutdown":             {"a shutdown foo", "a shutdown nosave save", "a shutdown abort now", "a shutdown abort", "a multi; shutdown; exec"},
		"scripts": {
			"a eval", "a eval x", "a eval x x", "a eval x -1", "a eval x 2 a", "a evalsha abc 0", "a evalsha abc x", "a script exists abc", "a script exists", "a script", "a script foo", "a script load",
		},
		"monitor": {"a monitor; monitor", "a get k", "a set k v", "a reset", "a get k", "a multi; monitor; exec", "a hello x"},
	})
}

// What monitors see, but for times and addresses.
func TestMonitor(t *testing.T) {
	varies := regexp.MustCompile(`\d{10}\.\d{6}|127\.0\.0\.1:\d+`)
	watchScript := func(t *testing.T, addr string) (lines []string) {
		p := dial(t, addr)
		if got := string(p.do("MONITOR").Bytes); got != "OK" {
			t.Fatalf("got %q", got)
		}
		converse(t, addr, []string{
			"hello 3", "auth x", "auth default y", "hello 2 auth default x", "multi; set a b; exec", "multi; set a b; foo; exec", "multi; config get save; get x; discard", "set a \"x\\n\\r\\t\\a\\b\\\"\\\\\\x00\\xff\"", "config get save", "client id",
			"blpop none 0.01", "eval x 0", "watch k; unwatch", "get", "foo", "select 3", "ping", "ssubscribe x", "sunsubscribe", "subscribe c", "reset", "set end end",
		})
		for {
			line := string(p.read().Bytes)
			lines = append(lines, varies.ReplaceAllString(line, "…"))
			if strings.Contains(line, `"end" "end"`) {
				return lines
			}
		}
	}
	redis := redistest.Start(t).Addr
	_, addr := serve(t, broker.Config{})
	want, got := watchScript(t, redis), watchScript(t, addr)
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

// A monitor that does not read is cut, and the others notice nothing.
func TestMonitorIsBounded(t *testing.T) {
	b, addr := serve(t, broker.Config{HardOutput: 64 << 10, SoftOutput: 32 << 10})
	stuck, busy := dial(t, addr), dial(t, addr)
	stuck.do("MONITOR")
	value := strings.Repeat("x", 100<<10)
	for b.Stats().Cut == 0 {
		if got := string(busy.do("SET", "k", value).Bytes); got != "OK" {
			t.Fatalf("got %q", got)
		}
	}
}

func TestShutdown(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- broker.New(broker.Config{Shutdown: cancel}).Serve(ctx, ln) }()
	p := dial(t, ln.Addr().String())
	p.send("SHUTDOWN", "NOSAVE")
	if _, err := p.rd.ReadReply(); err == nil {
		t.Error("got a reply")
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}

	_, addr := serve(t, broker.Config{})
	if r := dial(t, addr).do("SHUTDOWN"); !r.Failed() {
		t.Errorf("got %q, want an error: the broker is part of this process", r.Bytes)
	}
}

func TestIdleTimeout(t *testing.T) {
	_, addr := serve(t, broker.Config{IdleTimeout: 50 * time.Millisecond})
	sub, waits, idle := dial(t, addr), dial(t, addr), dial(t, addr)
	sub.do("SUBSCRIBE", "c")
	waits.send("BLPOP", "l", "0")
	idle.do("PING")
	if _, err := idle.rd.ReadReply(); err == nil {
		t.Error("the idle client is still connected")
	}
	control := dial(t, addr)
	control.do("RPUSH", "l", "x")
	control.do("PUBLISH", "c", "hi")
	if m := sub.message(); m != "hi" {
		t.Errorf("got %q", m)
	}
	if r := waits.read(); len(r.Elems) != 2 {
		t.Errorf("got %q", r.Bytes)
	}

	_, addr = serve(t, broker.Config{})
	idle, control = dial(t, addr), dial(t, addr)
	idle.do("PING")
	control.do("CONFIG", "SET", "timeout", "1")
	if _, err := idle.rd.ReadReply(); err == nil {
		t.Error("a new timeout does not hold for those who are connected")
	}
}

// A reply that has one large value again and again costs its client the
// connection, and not the memory.
func TestReplyIsBounded(t *testing.T) {
	b, addr := serve(t, broker.Config{MaxMemory: 1 << 20})
	p := dial(t, addr)
	p.do("SET", "k", strings.Repeat("x", 500<<10))
	p.send(append([]string{"MGET"}, strings.Fields(strings.Repeat("k ", 1000))...)...)
	if r, err := p.rd.ReadReply(); err == nil {
		t.Errorf("got %d values", len(r.Elems))
	}
	for b.Stats().Cut == 0 {
		time.Sleep(time.Millisecond)
	}
}

const lockScript = `
import sys, redis, time
r = redis.Redis(port=int(sys.argv[1]))
from redis.lock import Lock
a, b = Lock(r, "l", timeout=10), Lock(r, "l", timeout=10)
assert a.acquire(blocking=False) and not b.acquire(blocking=False)
assert a.extend(100) and 100000 < r.pttl("l") <= 110000
assert a.extend(50, replace_ttl=True) and 49000 < r.pttl("l") <= 50000
assert a.reacquire() and 9000 < r.pttl("l") <= 10000
a.release()
assert r.exists("l") == 0
assert b.acquire(blocking=False)
r.set("l", "another")
for f in (b.reacquire, b.release):
    try: f(); assert False
    except redis.exceptions.LockNotOwnedError: pass
try: r.eval("return 1", 0); assert False
except redis.exceptions.ResponseError as e: assert "not supported" in str(e), e

unused = """
local stream_name = KEYS[1]
local group_name = ARGV[1]
local consumers = redis.call('xinfo', 'consumers', stream_name, group_name)
if table.getn(consumers) == 0 then
    redis.call('xgroup', 'destroy', stream_name, group_name)
end
"""
r.xadd("s", {"a": "b"}); r.xgroup_create("s", "g"); r.xgroup_create("s", "h")
r.xgroup_createconsumer("s", "h", "c")
assert r.eval(unused, 1, "s", "g") is None and r.eval(unused, 1, "s", "h") is None
assert [g["name"] for g in r.xinfo_groups("s")] == [b"h"]
try: r.eval(unused, 1, "s", "g"); assert False
except redis.exceptions.ResponseError as e: assert "No such consumer group" in str(e), e
print("ok")
`

// The scripts of redis-py's Lock and of Lightbus are known by their SHA1.
func TestKnownScripts(t *testing.T) {
	if exec.Command("/usr/bin/python3", "-c", "import redis").Run() != nil {
		t.Skip("the Python client is not installed; to run this test: sudo apt-get install python3-redis")
	}
	_, addr := serve(t, broker.Config{})
	_, port, _ := net.SplitHostPort(addr)
	if out, err := exec.Command("/usr/bin/python3", "-c", lockScript, port).CombinedOutput(); err != nil || string(out) != "ok\n" {
		t.Errorf("%v: %s", err, out)
	}
}
