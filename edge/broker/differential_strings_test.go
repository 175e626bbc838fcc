package broker_test

import (
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// differ runs scripts against both servers, in both protocol versions.
func differ(t *testing.T, scripts map[string][]string) {
	t.Helper()
	redis := redistest.Start(t, "--proto-max-bulk-len", "4mb")
	for name, script := range scripts {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				compare(t, redis.Addr, broker.Config{}, append([]string{"flushall", "hello " + proto}, script...))
			})
		}
	}
}

func TestDifferentialStrings(t *testing.T) {
	long := strings.Repeat("x", 45)
	differ(t, map[string][]string{
		"set": {
			"set k v", "get k", "set k w nx", "set k w xx", "set n w xx", "set n w nx", "set k x get", "set none x get", "set k y nx get", "set none2 y xx get", "set k z xx get", "get k",
			"set k v ex 100", "ttl k", "set k w keepttl", "ttl k", "set k w", "ttl k", "set k v px 100000", "ttl k", "set k v exat 99999999999", "expiretime k", "set k v pxat 99999999999123", "pexpiretime k", "expiretime k",
			"set k v ex 0", "set k v ex -1", "set k v ex x", "set k v px 0", "set k v ex 9223372036854775807", "set k v px 9223372036854775807", "set k v exat 0", "set k v pxat 1", "get k", "exists k",
			"set k v ex", "set k v nx xx", "set k v ex 10 px 10", "set k v ex 10 ex 20", "set k v keepttl ex 10", "set k v foo", "set k", "set", "set k v persist", "set list v",
			"set k v nx ex 10 get", "set k v xx ex 100", "ttl k", "set k v get get", "set k v nx nx",
		},
		"get": {"get", "get a b", "get none", "rpush l x", "get l", "set '' empty", "get ''"},
		"setex": {
			"setex k 100 v", "ttl k", "get k", "setex k 0 v", "setex k -1 v", "setex k x v", "setex k 100", "psetex k 100000 v", "pttl none", "ttl k", "psetex k 0 v", "psetex k x v", "setex k 9223372036854775807 v", "psetex k 9223372036854775807 v", "get k",
		},
		"setnx":  {"setnx k v", "setnx k w", "get k", "setnx k", "rpush l x", "setnx l v", "type l"},
		"getset": {"getset k v", "getset k w", "get k", "expire k 100", "getset k x", "ttl k", "rpush l x", "getset l v", "type l", "getset k"},
		"getdel": {"getdel k", "set k v", "getdel k", "get k", "rpush l x", "getdel l", "exists l", "getdel", "getdel a b"},
		"getex": {
			"getex k", "set k v", "getex k", "getex k ex 100", "ttl k", "getex k", "ttl k", "getex k persist", "ttl k", "getex k px 100000", "ttl k", "getex k exat 99999999999", "expiretime k", "getex k pxat 99999999999123", "pexpiretime k",
			"getex k ex 0", "getex k ex x", "getex none ex 0", "getex none foo", "getex k foo", "getex k ex", "getex k ex 1 px 1", "getex k ex 10 persist", "getex k persist ex 10", "getex k nx", "getex k keepttl", "getex k get", "getex k persist persist",
			"rpush l x", "getex l", "getex l ex 0", "getex k exat 1", "exists k", "getex",
		},
		"mget": {"mget a", "set a 1", "mget a b a", "rpush l x", "mget l a", "mget"},
		"mset": {
			"mset a 1 b 2", "mget a b", "mset a", "mset a 1 b", "mset a 1 a 2", "get a", "msetnx a 1 c 3", "exists c", "msetnx c 3 d 4", "mget c d", "msetnx a", "msetnx a 1 b", "msetnx e 1 e 2", "get e", "rpush l x", "mset l v", "get l", "expire a 100", "mset a 3", "ttl a",
		},
		"append": {
			"append k a", "append k bc", "get k", "append k ''", "append n ''", "exists n", "append k", "rpush l x", "append l x", "strlen k", "strlen none", "strlen l", "strlen", "append i 5", "object encoding i", "append i 6", "object encoding i", "expire i 100", "append i 7", "ttl i",
		},
		"incr": {
			"incr n", "incr n", "decr n", "decr m", "incrby n 10", "incrby n -20", "decrby n 5", "decrby n -5", "get n", "incrby n x", "incrby n 1.5", "incrby n 9223372036854775808", "set s x", "incr s", "set s ' 1'", "incr s", "set s '1 '", "incr s", "set s 01", "incr s", "set s 0", "incr s", "set s -0", "incr s", "set s -01", "incr s", "set s -", "incr s", "set s --1", "incr s", "set s 1_0", "incr s", "set s 00000000000000000001", "incr s", "set s -9223372036854775809", "incr s", "set s +1", "incr s", "set s ''", "incr s",
			"set s 9223372036854775807", "incr s", "incrby s 1", "decr s", "set s -9223372036854775808", "decr s", "decrby s 1", "incrby s -1", "incr s", "decrby n -9223372036854775808", "incrby n -9223372036854775808", "decrby n 9223372036854775807", "rpush l x", "incr l", "incrbyfloat l 1", "incr", "incrby n", "decrby n", "expire n 100", "incr n", "ttl n", "object encoding n",
		},
		"incrbyfloat": {
			"incrbyfloat k 10.5", "incrbyfloat k 0.1", "incrbyfloat k -5", "set k 5.0e3", "incrbyfloat k 2.0e2", "incrbyfloat k 1e20", "set k 3", "incrbyfloat k 1.1", "incrbyfloat k -4.1", "incrbyfloat k -0.0", "incrbyfloat k x", "incrbyfloat k ' 1'", "incrbyfloat k '1 '", "incrbyfloat k ''", "incrbyfloat k 1_0",
			"incrbyfloat k inf", "incrbyfloat k -inf", "incrbyfloat k nan", "incrbyfloat k infinity", "incrbyfloat k 0x10", "incrbyfloat k 0b1", "incrbyfloat k 0o7", "incrbyfloat k 1e-20", "incrbyfloat k .5", "incrbyfloat k 5.", "incrbyfloat k +5", "incrbyfloat k --5", "incrbyfloat k 1e", "incrbyfloat k 1e5000", "incrbyfloat k 1e-5000", "incrbyfloat k 1p5", "incrbyfloat k 0x1p5",
			"set k 1e4900", "incrbyfloat k 1e4900", "set k 123456789.123456789", "incrbyfloat k 0.000000001", "incrbyfloat k 1e17", "incrbyfloat k 3.14159265358979", "set k x", "incrbyfloat k 1", "set k ' 1'", "incrbyfloat k 1", "incrbyfloat k", "set k 1", "expire k 100", "incrbyfloat k 1", "ttl k", "set k -1", "incrbyfloat k 0.9", "incrbyfloat k 0.1",
		},
		"getrange": {
			"set k 'Hello World'", "getrange k 0 4", "getrange k -5 -1", "getrange k 0 -1", "getrange k 5 2", "getrange k -1 -5", "getrange k 100 200", "getrange k 0 100", "getrange k -100 3", "getrange k -100 -50", "getrange k 0 -100", "getrange k x 1", "getrange k 1 x", "getrange none 0 1", "substr k 1 3", "set e ''", "getrange e 0 -1", "getrange e 0 0",
			"rpush l x", "getrange l 0 1", "getrange k 9223372036854775807 9223372036854775807", "getrange k -9223372036854775808 9223372036854775807", "getrange k 1", "getrange k -100 -100", "getrange k -12 -11",
		},
		"setrange": {
			"setrange k 0 hello", "setrange k 6 world", "get k", "setrange k 0 ''", "setrange n 5 ''", "exists n", "setrange k -1 x", "setrange k x x", "setrange k 5000000 x", "setrange k 4194303 ''", "setrange k 9223372036854775807 x", "setrange l2 4194304 x", "rpush l x", "setrange l 0 x", "setrange l 0 ''", "setrange k 1", "strlen k", "expire k 100", "setrange k 1 EL", "get k", "ttl k",
		},
		"encodings": {
			"set k 1", "object encoding k", "set k abc", "object encoding k", "set k " + long, "object encoding k", "set k " + long[1:], "object encoding k", "set k 12345678901234567890", "object encoding k", "set k abc", "setrange k 0 x", "object encoding k", "incr k", "set k 5", "incr k", "object encoding k",
			"object encoding none", "object", "object foo k", "object encoding", "object encoding a b", "memory usage none", "memory usage", "memory usage none samples 5", "memory usage none samples", "memory usage none samples x", "memory usage none samples -1", "memory usage none foo 5", "memory foo",
		},
	})
}
