package broker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// differInAnyOrder is differ for scripts in which a line may begin with ~, or
// with %: the elements of its reply, or the pairs of them, come in any order.
func differInAnyOrder(t *testing.T, scripts map[string][]string) {
	t.Helper()
	redis := redistest.Start(t)
	for name, script := range scripts {
		for _, proto := range []string{"2", "3"} {
			t.Run(name+" "+proto, func(t *testing.T) {
				compareInAnyOrder(t, redis.Addr, append([]string{"flushall", "hello " + proto}, script...))
			})
		}
	}
}

func compareInAnyOrder(t *testing.T, redis string, script []string) {
	t.Helper()
	plain := make([]string, len(script))
	for i, line := range script {
		plain[i] = strings.TrimLeft(line, "~%")
	}
	_, addr := serve(t, broker.Config{})
	want, got := converse(t, redis, plain), converse(t, addr, plain)
	if len(want) != len(got) {
		t.Fatalf("one of the two hung up: redis gave %d replies, the broker %d", len(want), len(got))
	}
	for i, line := range script {
		w, g := mayDiffer.ReplaceAllString(want[i], "…"), mayDiffer.ReplaceAllString(got[i], "…")
		switch line[0] {
		case '~':
			w, g = inOrder(w, 1), inOrder(g, 1)
		case '%':
			w, g = inOrder(w, 2), inOrder(g, 2)
		}
		if w != g {
			t.Errorf("%s\n got %q\nwant %q", line, got[i], want[i])
		}
	}
}

// inOrder is a raw reply with its elements, or groups of them, sorted.
func inOrder(raw string, group int) string {
	reply, err := resp.NewReader(strings.NewReader(raw), resp.Limits{}).ReadReply()
	if err != nil {
		return raw
	}
	return sortedReply(reply, group)
}

func sortedReply(r resp.Reply, group int) string {
	if r.Elems == nil {
		return fmt.Sprintf("%c%q", r.Kind, r.Bytes)
	}
	var elems []string
	nested := slices.ContainsFunc(r.Elems, func(e resp.Reply) bool { return e.Elems != nil })
	for i, e := range r.Elems {
		s := sortedReply(e, group)
		if nested || i%group == 0 {
			elems = append(elems, s)
		} else {
			elems[len(elems)-1] += s
		}
	}
	slices.Sort(elems)
	return fmt.Sprintf("%c%d%v", r.Kind, len(r.Elems), elems)
}

// many is a command with numbered arguments.
func many(command, argument string, n int) string {
	var b strings.Builder
	b.WriteString(command)
	for i := range n {
		b.WriteString(" " + strings.ReplaceAll(argument, "#", fmt.Sprint(i)))
	}
	return b.String()
}

func TestDifferentialHashes(t *testing.T) {
	long := strings.Repeat("x", 65)
	differInAnyOrder(t, map[string][]string{
		"hset": {
			"hset", "hset h", "hset h f", "hset h f v g", "hset h f v", "hset h f w", "hset h f 1 g 2 f 3", "hgetall h", "hset s", "set s v", "hset s f v", "hset s f", "type h", "object encoding h", "hset '' '' ''", "hgetall ''",
			"hmset", "hmset h f", "hmset h f v g", "hmset h f v x y", "hmset s f v", "hgetall h", "hsetnx h f w", "hsetnx h n w", "hsetnx h n", "hsetnx s f v", "hsetnx new f v", "hsetnx new f w", "hgetall new", "HSET h F V", "HGET h F",
		},
		"hget": {
			"hget h f", "hget h", "hset h f v", "hget h f", "hget h none", "hmget h", "hmget h f none f", "hmget none a b", "set s v", "hget s f", "hmget s f", "hgetall s", "hgetall none", "hkeys none", "hvals none", "hkeys s", "hvals s", "hlen s", "hlen none", "hlen h",
			"hexists h f", "hexists h none", "hexists none f", "hexists s f", "hexists h", "hstrlen h f", "hstrlen h none", "hstrlen none f", "hstrlen s f", "hstrlen h", "hset h g 123", "hkeys h", "hvals h", "hgetall h", "hstrlen h g", "hgetall", "hkeys", "hvals", "hlen", "hlen h x",
		},
		"hdel": {"hdel", "hdel h", "hdel h f", "hset h a 1 b 2 c 3 d 4", "hdel h b", "hgetall h", "hset h b 5", "hgetall h", "hdel h a a x", "hdel h b c d", "exists h", "set s v", "hdel s f", "type h"},
		"order": {
			many("hset h", "f# #", 20), "hgetall h", "hdel h f3 f0 f19", "hset h f5 new f3 back", "hgetall h", "hkeys h", "hvals h", "hscan h 0", "hscan h 0 count 3", "hscan h 0 match f1*", "hincrby h f7 10", "hgetall h", "copy h h2", "hgetall h2", "rename h2 h3", "hgetall h3",
		},
		"encoding": {
			many("hset h", "f# #", 512), "object encoding h", "hgetall h", "hset h f511 again", "object encoding h", "hset h one more", "object encoding h", "%hgetall h", "~hkeys h", "~hvals h", "hlen h", many("hdel h", "f#", 500), "object encoding h", "%hgetall h",
			"hset a f " + long[1:], "object encoding a", "hset a f " + long, "object encoding a", "hset a f v", "object encoding a", "hset b " + long + " v", "object encoding b", "hincrby c " + long + " 1", "object encoding c", "hsetnx d f " + long, "object encoding d", "hmset e f " + long + " f v", "object encoding e", "copy e f", "object encoding f",
		},
		"hincrby": {
			"hincrby h f 5", "hincrby h f -7", "hget h f", "hincrby h f x", "hincrby h f 1.5", "hincrby h f", "hincrby h f 9223372036854775807", "hincrby h f 9223372036854775807", "hset h t text", "hincrby h t 1", "hset h n ' 1'", "hincrby h n 1", "hset h n 01", "hincrby h n 1", "hset h n +1", "hincrby h n 1",
			"set s v", "hincrby s f 1", "hincrby s f x", "hset h m -9223372036854775808", "hincrby h m -1", "hincrby h m 1", "hgetall h", "hincrby h z 0", "hincrby h e 99999999999999999999",
		},
		"hincrbyfloat": {
			"hincrbyfloat h f 1.5", "hincrbyfloat h f -0.1", "hincrbyfloat h f 1e3", "hincrbyfloat h f x", "hincrbyfloat h f", "hincrbyfloat h f inf", "hincrbyfloat h f nan", "hincrbyfloat h f -inf", "hset h t text", "hincrbyfloat h t 1", "set s v", "hincrbyfloat s f 1", "hincrbyfloat s f x",
			"hset h n ' 1'", "hincrbyfloat h n 1", "hset h n '1 '", "hincrbyfloat h n 1", "hset h n ''", "hincrbyfloat h n 1", "hset h n inf", "hincrbyfloat h n 1", "hincrbyfloat h g 0.1", "hincrbyfloat h g 0.2", "hincrbyfloat h g 1e17", "hincrbyfloat h i 10", "hincrbyfloat h i -10", "hget h i", "hincrbyfloat h q 3.0e-5", "hincrbyfloat h q ''",
		},
		"hrandfield": {
			"hrandfield", "hrandfield none", "hrandfield none 3", "hrandfield none -3 withvalues", "hset h f v", "hrandfield h", "hrandfield h 1", "hrandfield h 5", "hrandfield h -3", "hrandfield h 1 withvalues", "hrandfield h -2 withvalues", "hrandfield h 0", "hrandfield h x", "hrandfield h 1 foo", "hrandfield h 1 withvalues x", "hrandfield h 1.5",
			"hrandfield h -9223372036854775808", "hrandfield h -9223372036854775807 withvalues", "hrandfield h 9223372036854775807", "hrandfield h 9223372036854775807 withvalues", "hrandfield h 99999999999999999999", "set s v", "hrandfield s", "hrandfield s 1", "hrandfield s x", "hrandfield s 1 foo", "hset h g w i x", "hrandfield h 3", "hrandfield h 10 withvalues",
			many("hset big", "f# #", 600), "~hrandfield big 600", "%hrandfield big 700 withvalues",
		},
		"hscan": {
			"hscan", "hscan h", "hscan none 0", "hscan none x", "hscan none 0 foo", "hset h f v g w", "hscan h 0", "hscan h 0 match f*", "hscan h 0 match *", "hscan h 0 count 1", "hscan h 0 count 0", "hscan h 0 count x", "hscan h 0 count", "hscan h 0 match", "hscan h 0 foo", "hscan h 0 foo bar", "hscan h x", "hscan h 5", "hscan h 18446744073709551615",
			"hscan h 18446744073709551616", "hscan h 0 count 1 match g", "hscan h 0 type hash", "set s v", "hscan s 0", "hscan s x", "hscan s 0 foo", many("hset big", "f# #", 600), "%hscan big 0 count 1000", "%hscan big 0 count 1000 match f1?",
		},
	})
}

func TestDifferentialSets(t *testing.T) {
	differInAnyOrder(t, map[string][]string{
		"sadd": {
			"sadd", "sadd s", "sadd s a", "sadd s a b a", "scard s", "~smembers s", "object encoding s", "set t v", "sadd t a", "type s", "sadd '' ''", "smembers ''", "sadd i 3 1 2 1", "smembers i", "object encoding i", "sadd i -5 9223372036854775807 -9223372036854775808", "smembers i", "sadd i 01", "object encoding i", "~smembers i",
			"srem i 01", "object encoding i", "~smembers i", "sadd j 9223372036854775808", "object encoding j", "sadd k +1", "object encoding k", "sadd l -0", "object encoding l", "sadd m 0", "object encoding m",
		},
		"srem": {"srem", "srem s", "srem s a", "sadd s a b c", "srem s a a x", "scard s", "srem s b c", "exists s", "sadd i 1 2 3", "srem i 2 x", "smembers i", "srem i 1 3", "exists i", "set t v", "srem t a"},
		"reads": {
			"smembers", "smembers none", "smembers a b", "sismember none a", "sismember s", "sadd s a", "sismember s a", "sismember s b", "smismember s a b a", "smismember none a b", "smismember s", "sadd i 1 2", "sismember i 1", "sismember i x", "smismember i 2 01 3", "scard none", "scard i", "scard",
			"set t v", "smembers t", "sismember t a", "smismember t a", "scard t",
		},
		"encoding": {
			many("sadd i", "#", 512), "object encoding i", "smembers i", "sadd i 5", "object encoding i", "sadd i 512", "object encoding i", "~smembers i", "scard i", many("srem i", "#", 500), "object encoding i", "~smembers i", "copy i j", "object encoding j", "sadd k 1 2 3", "copy k l", "smembers l", "object encoding l",
		},
		"spop": {
			"spop", "spop none", "spop none 2", "spop s x", "spop s -1", "spop s 1 2", "sadd s a", "spop s 0", "spop s", "exists s", "sadd s a", "spop s 1", "exists s", "sadd s a b c", "~spop s 3", "sadd s a b c", "~spop s 10", "exists s", "sadd i 5 3 4", "spop i 3", "set t v", "spop t", "spop t 1", "spop t x", "spop t 0", "spop s 99999999999999999999",
			many("sadd m", "#", 30), "sadd m x", "srem m x", "object encoding m", "scard m", "object encoding m",
		},
		"spop makes integers": {many("sadd m", "#", 600), "object encoding m", "~config get nothing", "expire m 100", "scard m"},
		"srandmember": {
			"srandmember", "srandmember none", "srandmember none 2", "srandmember none -2", "srandmember s x", "srandmember s 1 2", "sadd s a", "srandmember s", "srandmember s 1", "srandmember s 5", "srandmember s -3", "srandmember s 0", "srandmember s -9223372036854775808", "srandmember s 9223372036854775807", "sadd s b c", "~srandmember s 3", "~srandmember s 4",
			"sadd i 3 1 2", "srandmember i 3", "srandmember i 10", "set t v", "srandmember t", "srandmember t 1", "srandmember t x",
		},
		"smove": {
			"smove", "smove a b", "smove a b x", "sadd a x y", "smove a b x", "smembers b", "smembers a", "smove a b z", "smove a a y", "smove a a z", "sadd b y", "smove a b y", "exists a", "~smembers b", "set t v", "smove t b x", "smove b t x", "smove none t x", "smove b b x", "sadd i 1", "smove b i x", "object encoding i", "sadd n 7", "smove n o 7", "object encoding o", "exists n", "smove t t x",
		},
		"algebra": {
			"sadd a 1 2 3 4", "sadd b 3 4 5", "sadd c 4", "sadd d x y 4", "sunion a b", "sinter a b", "sdiff a b", "sdiff a b c", "sinter a b c", "sunion a b c", "~sunion a d", "sinter a d", "sinter d a", "sdiff a d", "~sdiff d a", "sunion none", "sinter none", "sdiff none", "sunion none a", "sinter none a", "sdiff none a", "sdiff a none", "sunion a", "sinter a", "sdiff a", "sdiff a a", "sinter a a",
			"set t v", "sunion a t", "sinter none t", "sinter t none", "sdiff a t", "sdiff none t", "sunion", "sinter", "sdiff",
		},
		"stores": {
			"sadd a 1 2 3 4", "sadd b 3 4 5", "sadd d x 4", "sunionstore r a b", "smembers r", "object encoding r", "sinterstore r a b", "smembers r", "sdiffstore r a b", "smembers r", "sunionstore r a d", "~smembers r", "object encoding r", "sinterstore r a d", "smembers r", "object encoding r", "expire r 100", "sunionstore r a", "ttl r", "sinterstore r a none", "exists r",
			"sdiffstore r a a", "set r v", "sinterstore r none", "exists r", "set r v", "sunionstore r a", "type r", "set t v", "sunionstore r t", "sinterstore r none t", "sdiffstore r a t", "smembers r", "sunionstore a a b", "smembers a", "sdiffstore a a b", "smembers a", "sunionstore", "sunionstore r", "sinterstore r", "sdiffstore r", "sdiffstore none2 none",
		},
		"sintercard": {
			"sintercard", "sintercard 1", "sintercard 0 a", "sintercard -1 a", "sintercard x a", "sintercard 2 a", "sadd a 1 2 3", "sadd b 2 3 4", "sintercard 2 a b", "sintercard 2 a b limit 1", "sintercard 2 a b limit 0", "sintercard 2 a b limit -1", "sintercard 2 a b limit x", "sintercard 2 a b limit", "sintercard 2 a b foo 1", "sintercard 1 a b", "sintercard 2 a none", "set t v", "sintercard 2 a t",
			"sintercard 2 none t", "sintercard 2 a b limit 5", "sintercard 2 a b limit 1 limit 2", "sintercard 1 a",
		},
		"sscan": {
			"sscan", "sscan s", "sscan none 0", "sscan none x", "sadd s a", "sscan s 0", "sscan s 0 match a", "sscan s 0 match b", "sscan s 0 count 0", "sscan s 0 foo", "sscan s 0 count", "sadd i 3 1 2", "sscan i 0", "sscan i 0 count 1", "sscan i 0 match [12]", "sscan i 5", "set t v", "sscan t 0", many("sadd big", "m#", 200), "~sscan big 0 count 1000", "~sscan big 0 count 1000 match m1?",
		},
	})
}
