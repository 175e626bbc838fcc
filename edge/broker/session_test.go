package broker_test

import (
	"bufio"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
)

// program skips the test when an outside client is not installed.
func program(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed; to run this test: sudo apt-get install %s", name, pkg)
	}
	return path
}

func TestRedisCLI(t *testing.T) {
	cli := program(t, "redis-cli", "redis-tools")
	_, addr := serve(t, broker.Config{Password: "secret"})
	host, port, _ := net.SplitHostPort(addr)
	run := func(args ...string) string {
		t.Helper()
		args = append([]string{"-h", host, "-p", port, "-a", "secret", "--no-auth-warning"}, args...)
		out, err := exec.Command(cli, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	for _, c := range []struct {
		args string
		want string
	}{
		{"ping", "PONG"}, {"set k v EX 100", "OK"}, {"get k", "v"}, {"-3 ttl k", "100"}, {"dbsize", "1"},
		{"-n 2 dbsize", "0"}, {"config get save", "save"}, {"-3 publish c x", "0"}, {"flushall", "OK"},
	} {
		if got := run(strings.Fields(c.args)...); got != c.want {
			t.Errorf("%s: got %q, want %q", c.args, got, c.want)
		}
	}
	if got := run("info"); !strings.Contains(got, "redis_version:7.0.15") {
		t.Errorf("got %s", got)
	}

	sub := exec.Command(cli, "-h", host, "-p", port, "-a", "secret", "--no-auth-warning", "--csv", "psubscribe", "c*")
	out, err := sub.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sub.Start(); err != nil {
		t.Fatal(err)
	}
	defer sub.Wait()
	defer sub.Process.Kill()
	lines := bufio.NewScanner(out)
	wait := func(want string) {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), want) {
				return
			}
		}
		t.Fatalf("redis-cli ended without %s: %v", want, lines.Err())
	}
	wait(`"psubscribe","c*",1`)
	if got := run("publish", "cat", "miau"); got != "1" {
		t.Errorf("got %q, want 1", got)
	}
	wait(`"pmessage","c*","cat","miau"`)
}

// script is what a Python service does with its bus.
const script = `
import sys, redis
for proto in (2, 3):
    try:
        r = redis.Redis(port=int(sys.argv[1]), password="secret", protocol=proto)
    except TypeError:
        r = redis.Redis(port=int(sys.argv[1]), password="secret")
    assert r.ping()
    assert r.set("k", "v", px=100000) and r.get("k") == b"v"
    assert 0 < r.pttl("k") <= 100000
    assert r.get("none") is None and r.exists("k") == 1 and r.delete("k") == 1
    p = r.pubsub()
    p.subscribe("a"); p.psubscribe("b*")
    got = [p.get_message(timeout=10)["type"] for _ in range(2)]
    assert got == ["subscribe", "psubscribe"], got
    assert r.publish("a", "one") == 1 and r.publish("bee", "two") == 1
    m = p.get_message(timeout=10); assert m["data"] == b"one", m
    m = p.get_message(timeout=10); assert m["data"] == b"two" and m["channel"] == b"bee", m
    with r.pipeline(transaction=False) as pipe:
        assert pipe.set("x", 1).get("x").execute() == [True, b"1"]
    assert r.pubsub_numsub("a") == [(b"a", 1)] and r.pubsub_numpat() == 1
    assert r.info()["redis_version"] == "7.0.15"
    assert len(r.client_list()) >= 2
    assert r.command_count() > 20 and "get" in r.command()
    assert r.config_get("maxmemory")["maxmemory"] == "33554432"
    p.close()
print("ok")
`

func TestPythonRedis(t *testing.T) {
	python := program(t, "python3", "python3")
	for _, path := range []string{"/usr/bin/python3", python} {
		if exec.Command(path, "-c", "import redis").Run() == nil {
			_, addr := serve(t, broker.Config{Password: "secret"})
			_, port, _ := net.SplitHostPort(addr)
			if out, err := exec.Command(path, "-c", script, port).CombinedOutput(); err != nil || string(out) != "ok\n" {
				t.Errorf("%v: %s", err, out)
			}
			return
		}
	}
	t.Skip("the Python client is not installed; to run this test: sudo apt-get install python3-redis")
}
