package broker_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/redistest"
)

// generator makes commands up. In a pattern K is a key, M a member, N a number,
// S a score, B a score as a bound, L a name as a bound, I a place;
// words between brackets may be there or not.
type generator struct{ *rand.Rand }

func (g generator) pick(words ...string) string { return words[g.IntN(len(words))] }

func (g generator) word(w string) string {
	switch w {
	case "K":
		return g.pick("a", "b", "c", "d", "e")
	case "M":
		return g.pick("1", "2", "3", "-7", "100", "x", "y", "zz", "zy", "''", "long"+strings.Repeat("g", 64))
	case "N":
		return g.pick("0", "1", "-1", "5", "12", "9223372036854775807", "x", "1.5")
	case "S":
		return g.pick("0", "1", "1", "2", "-1", "0.5", "2.25", "1e3", "inf", "-inf", "x")
	case "B":
		return g.pick("(", "", "") + g.pick("-inf", "0", "1", "2", "1000", "+inf", "x")
	case "L":
		return g.pick("-", "+", "[", "(", "[x", "(y", "[1", "(zz", "x")
	case "I":
		return g.pick("0", "0", "1", "2", "3", "-1", "-2", "-100", "100")
	}
	return w
}

// command makes a line of a pattern.
func (g generator) command(pattern string) string {
	var line []string
	skip := false
	for _, w := range strings.Fields(pattern) {
		if strings.HasPrefix(w, "[") && len(w) > 1 {
			skip = g.IntN(2) == 0
			w = w[1:]
		}
		ends := strings.HasSuffix(w, "]")
		if !skip {
			line = append(line, g.word(strings.TrimSuffix(w, "]")))
		}
		if ends {
			skip = false
		}
	}
	return strings.Join(line, " ")
}

var patterns = map[string][]string{
	"hashes": {
		"hset K M N", "hset K M N M S", "hsetnx K M S", "hmset K M N M N M N", "hget K M", "hmget K M M M", "%hgetall K", "~hkeys K", "~hvals K", "hlen K", "hexists K M", "hdel K M", "hdel K M M M", "hincrby K M N", "hincrbyfloat K M S", "hstrlen K M",
		"%hscan K 0 count 1000 [match *1*]", "object encoding K", "del K", "copy K K replace", "~hrandfield K 100", "%hrandfield K 100 withvalues", "rename K K", "type K",
	},
	"sets": {
		"sadd K M", "sadd K M M M", "sadd K N N N", "srem K M", "srem K M M M", "~smembers K", "sismember K M", "smismember K M M M", "scard K", "smove K K M", "~sunion K K", "~sinter K K", "~sdiff K K", "~sunion K K K", "~sinter K K K", "~sdiff K K K", "sunionstore K K K", "sinterstore K K K", "sdiffstore K K K", "sunionstore K K",
		"sintercard 2 K K [limit N]", "~sscan K 0 count 1000 [match *1*]", "object encoding K", "del K", "copy K K replace", "~srandmember K 100", "~spop K 100",
	},
	"sorted sets": {
		"zadd K S M", "zadd K S M S M S M", "zadd K [nx] [xx] [gt] [lt] [ch] [incr] S M", "zadd K [xx] [gt] [ch] S M S M", "zincrby K S M", "zrem K M", "zrem K M M M", "zcard K", "zscore K M", "zmscore K M M M", "zrank K M", "zrevrank K M", "zcount K B B",
		"zrange K I I [rev] [withscores]", "zrange K B B byscore [rev] [withscores] [limit I I]", "zrevrange K I I [withscores]", "zrangebyscore K B B [withscores] [limit I I]", "zrevrangebyscore K B B [withscores] [limit I I]", "zrangestore K K I I [rev]", "zrangestore K K B B byscore [rev] [limit I I]",
		"zremrangebyrank K I I", "zremrangebyscore K B B", "zpopmin K [I]", "zpopmax K [I]", "zmpop 2 K K min [count I]", "zmpop 2 K K max", "bzpopmin K K 0.001", "bzpopmax K K 0.001", "bzmpop 0.001 2 K K max [count I]", "%zscan K 0 count 1000 [match *1*]", "object encoding K", "del K", "copy K K replace", "%zrandmember K 100 withscores",
		"zunion 2 K K [weights S S] [aggregate min] [withscores]", "zinter 2 K K [weights S S] [aggregate max] [withscores]", "zdiff 2 K K [withscores]", "zunionstore K 2 K K [weights S S] [aggregate max]", "zinterstore K 2 K K [weights S S]", "zdiffstore K 2 K K", "zintercard 2 K K [limit N]", "zunionstore K 3 K K K",
	},
	"names in order": {
		"zadd K 0 M 0 M 0 M", "zrem K M", "zlexcount K L L", "zrangebylex K L L [limit I I]", "zrevrangebylex K L L [limit I I]", "zrange K L L bylex [rev] [limit I I]", "zrangestore K K L L bylex", "zremrangebylex K L L", "zpopmin K", "zinterstore K 2 K K", "zunion 2 K K",
	},
	"all kinds": {
		"set K N", "hset K M N", "sadd K M", "zadd K S M", "del K", "hget K M", "%hgetall K", "scard K", "zscore K M", "sunionstore K K K", "zunionstore K 2 K K", "zunion 2 K K withscores", "smove K K M", "zpopmin K", "hincrby K M N", "type K", "zrangestore K K 0 -1", "hdel K M", "srem K M", "~sinter K K", "zinter 2 K K", "zdiff 2 K K", "sintercard 2 K K", "zintercard 2 K K",
		"expire K 100", "ttl K", "rename K K", "copy K K",
	},
}

// Commands made up at random: both servers must reply the same.
func TestDifferentialRandomCollections(t *testing.T) {
	redis := redistest.Start(t)
	for name, patterns := range patterns {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				for seed := range uint64(2) {
					g := generator{rand.New(rand.NewPCG(seed, 4))}
					script := []string{"flushall", "hello " + proto}
					for range 500 {
						script = append(script, g.command(g.pick(patterns...)))
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
