package broker_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/redistest"
)

var keyPatterns = map[string][]string{
	"strings": {
		"set K M", "set K N [get]", "set K M [nx] [get] [ex 5000]", "set K M [xx] [keepttl]", "get K", "getset K M", "getdel K", "getex K [ex 5000]", "getex K persist", "setnx K M", "setex K 5000 M", "mset K M K N", "msetnx K M K N", "mget K K K", "append K M", "append K N", "strlen K", "incr K", "decr K", "incrby K N", "decrby K N", "incrbyfloat K S",
		"getrange K I I", "setrange K I M", "setrange K N M", "object encoding K", "ttl K", "del K", "copy K K [replace]", "rename K K", "type K", "exists K K",
	},
	"lists": {
		"rpush K M", "lpush K M M", "rpush K N N N", "lpushx K M", "rpushx K M", "lpop K", "rpop K", "lpop K I", "rpop K N", "llen K", "lrange K I I", "lrange K 0 -1", "ltrim K I I", "lindex K I", "lset K I M", "linsert K before M M", "linsert K after M N", "lrem K I M", "lpos K M", "lpos K M rank I [count I]", "lpos K M [count I] [maxlen I]",
		"lmove K K left right", "lmove K K right left", "lmove K K left left", "rpoplpush K K", "lmpop 2 K K left [count I]", "lmpop 1 K right", "multi ; blpop K K 0 ; brpop K 0 ; blmove K K left left 0 ; brpoplpush K K 0 ; blmpop 0 2 K K right count 2 ; exec", "del K", "copy K K replace", "rename K K", "object encoding K",
	},
	"keys": {
		"set K M", "rpush K M", "sadd K M", "hset K M N", "del K K", "unlink K", "exists K K", "touch K K", "type K", "expire K 5000 [nx]", "expire K 9000 [gt]", "expire K 7000 [lt]", "expire K 6000 [xx]", "expire K -1", "pexpireat K 1", "expireat K 99999999999", "expiretime K", "persist K", "ttl K", "rename K K", "renamenx K K", "copy K K", "copy K K db 1 [replace]", "move K 1", "select 0", "select 1", "~keys *", "~keys *[ab]*", "dbsize", "flushdb", "~scan 0 count 1000 [match *a*] [type string]", "get K", "llen K", "randomkey x",
	},
	"transactions": {
		"multi ; set K M ; get K ; exec", "multi ; rpush K M ; lpop K ; exec", "watch K ; set K M ; multi ; get K ; exec", "watch K ; multi ; get K ; exec", "watch K ; del K ; multi ; incr K ; exec", "multi ; incr K ; foo ; exec", "multi ; blpop K 0 ; exec", "multi ; set K M ; discard", "watch K ; expire K 5000 ; unwatch ; multi ; get K ; exec", "multi ; incr K N ; exec", "multi ; lmove K K left right ; brpoplpush K K 0 ; exec", "set K N", "incr K", "rpush K M", "del K",
	},
}

// Commands made up at random: both servers must reply the same.
func TestDifferentialRandomKeys(t *testing.T) {
	redis := redistest.Start(t)
	for name, patterns := range keyPatterns {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				for seed := range uint64(2) {
					g := generator{rand.New(rand.NewPCG(seed, 7))}
					script := []string{"flushall", "hello " + proto}
					for range 400 {
						script = append(script, strings.ReplaceAll(g.command(g.pick(patterns...)), " ;", ";"))
					}
					compareInAnyOrder(t, redis.Addr, script)
					if t.Failed() {
						t.Log("seed", seed)
						return
					}
				}
			})
		}
	}
}
