package broker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
)

func TestDifferentialWaiting(t *testing.T) {
	comparePlays(t, map[string][]string{
		"first come": {
			"a! blpop l 0", "b! brpop l 0", "c! blpop l 0", "z rpush l 1 2", "a?", "b?", "z lpush l 3 4", "c?", "z lrange l 0 -1",
		},
		"which key": {
			"a! blpop k l m 0", "z multi; rpush m 1; rpush l 2; rpush k 3; exec", "a?", "z lrange m 0 -1; lrange l 0 -1; lrange k 0 -1",
			"z del k l m", "a! blpop k k 0", "z rpush k 1 2", "a?", "z lrange k 0 -1",
		},
		"not for it": {
			"a! blpop l 0", "z set l x", "z del l", "z multi; rpush l 1; del l; exec", "z multi; rpush l 1; lpop l; rpush l 2; exec", "a?", "z exists l",
			"a! blpop l 0.2", "z multi; rpush l 1; del l; set l x; exec", "a?", "z type l",
		},
		"moves": {
			"a! blmove a b left right 0", "b! brpoplpush b c 0", "c! blpop c 0", "z rpush a x", "a?", "b?", "c?", "z exists a b c", "z set wrong x", "a! blmove a wrong left left 0", "z rpush a y", "a?", "z lrange a 0 -1", "a! brpoplpush q q 0", "z rpush q 1", "a?", "z lrange q 0 -1",
		},
		"many": {
			"a! blmpop 0 2 a b left count 2", "b! blmpop 0 1 b right", "z rpush b 1 2 3 4", "a?", "b?", "z lrange b 0 -1", "a! blmpop 0 1 c left count 10", "z rpush c 1 2", "a?", "z exists c",
		},
		"made by others": {
			"a! blpop l 0", "z rpush other 1", "z rename other l", "a?", "a! blpop l 0", "z rpush other 1", "z copy other l", "a?", "a! blpop l 0", "z lmove other l left left", "a?", "z select 1; rpush l 1; move l 0; select 0", "z exists l", "a! blpop m 0", "z select 1; rpush m 1; move m 0; select 0", "a?",
		},
		"pipelined": {
			"a! blpop l 0; ping; set k v; get k; blpop l 0; ping 2", "z rpush l 1", "z rpush l 2", "a?",
		},
		"silent": {
			"a! client reply off; blpop l 0; client reply on", "z rpush l 1", "a?",
		},
		"timeouts": {"a! blpop l 0.05", "a?", "a! blmove l m left left 0.05", "a?", "a! blmpop 0.05 1 l left", "a?", "z rpush l 1", "z llen l"},
	})
}

// parked dials a client that waits for a list, and returns when it does.
func parked(t *testing.T, addr string, control *peer, pipeline ...string) *peer {
	t.Helper()
	was := blockedClients(control)
	p := dial(t, addr)
	if _, err := p.conn.Write([]byte(strings.Join(pipeline, "\r\n") + "\r\n")); err != nil {
		t.Fatal(err)
	}
	for blockedClients(control) == was {
		time.Sleep(time.Millisecond)
	}
	return p
}

// A client that hangs up while it waits takes nothing, also when it had sent
// more commands already.
func TestHangUpWhileWaiting(t *testing.T) {
	b, addr := serve(t, broker.Config{})
	control := dial(t, addr)
	for _, pipeline := range [][]string{
		{"BLPOP l 0"},
		{"BLPOP l 0", "SET k v", "PING"},
		{"BLPOP l 100", "BLPOP l 100"},
	} {
		p := parked(t, addr, control, pipeline...)
		p.conn.Write([]byte("PING\r\nRPUSH l stray\r\n"))
		p.conn.Close()
		for blockedClients(control) > 0 || b.Stats().Clients > 1 {
			time.Sleep(time.Millisecond)
		}
		if n := control.do("RPUSH", "l", "x").Int; n != 1 {
			t.Errorf("%q: %d elements after a push, want 1", pipeline, n)
		}
		control.do("DEL", "l")
		if control.do("EXISTS", "k").Int != 0 {
			t.Errorf("%q: a command behind the one that waited ran", pipeline)
		}
	}
}

// Who sends on and on behind a command that waits is cut.
func TestTooMuchWhileWaiting(t *testing.T) {
	b, addr := serve(t, broker.Config{MaxBulk: 64 << 10})
	control := dial(t, addr)
	p := parked(t, addr, control, "BLPOP l 0")
	line := []byte(strings.Repeat("x", 1022) + "\r\n")
	for range 200 {
		p.conn.Write(line)
	}
	for b.Stats().Cut == 0 {
		time.Sleep(time.Millisecond)
	}
}

func TestKillWaiting(t *testing.T) {
	_, addr := serve(t, broker.Config{})
	control := dial(t, addr)
	p := parked(t, addr, control, "BLPOP l 0")
	if !strings.Contains(string(control.do("CLIENT", "LIST").Bytes), "flags=b ") {
		t.Error("CLIENT LIST does not tell that it waits")
	}
	if n := control.do("CLIENT", "KILL", "TYPE", "normal").Int; n != 1 {
		t.Errorf("killed %d, want 1", n)
	}
	if _, err := p.rd.ReadReply(); err == nil {
		t.Error("it is still connected")
	}
	if n := control.do("RPUSH", "l", "x").Int; n != 1 {
		t.Errorf("%d elements, want 1", n)
	}
}
