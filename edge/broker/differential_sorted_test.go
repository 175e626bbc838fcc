package broker_test

import (
	"strings"
	"testing"
)

func TestDifferentialSortedSets(t *testing.T) {
	long := strings.Repeat("x", 65)
	differInAnyOrder(t, map[string][]string{
		"zadd": {
			"zadd", "zadd z", "zadd z 1", "zadd z 1 a", "zadd z 1 a 2", "zadd z x a", "zadd z 1 a x b", "zadd z 2 a 1 b 1 c", "zrange z 0 -1 withscores", "zadd z nx 5 a 5 d", "zadd z xx 6 a 6 e", "zadd z xx ch 7 a 7 b 1 c", "zadd z ch 8 a 8 f", "zadd z gt 1 a", "zadd z gt ch 9 a 1 b", "zadd z lt ch 1 a 2 b", "zadd z gt 100 new", "zadd z lt xx 100 new2",
			"zrange z 0 -1 withscores", "zadd z nx xx 1 a", "zadd z nx gt 1 a", "zadd z nx lt 1 a", "zadd z gt lt 1 a", "zadd z incr 1 a 2 b", "zadd z incr 1.5 a", "zadd z nx incr 1 a", "zadd z xx incr 1 none", "zadd z xx incr 1 a", "zadd z gt incr -1 a", "zadd z gt incr 1 a", "zadd z lt incr 1 a", "zadd z lt incr -1 a", "zadd z incr ch 1 a",
			"zadd none xx 1 a", "exists none", "zadd none xx incr 1 a", "zadd none xx ch 1 a", "set s v", "zadd s 1 a", "zadd s x a", "zadd s incr 1 a", "zadd z nan a", "zadd z inf i -inf j +inf k", "zrange z 0 -1 withscores", "zadd z incr -inf i", "zadd z incr -inf k", "zadd z nx incr -inf k", "zadd z INF I Infinity J", "zadd z 1e3 e 0x10 h 1.5e-7 s .5 p 5. q", "zrange z 0 -1 withscores",
			"zadd z ' 1' a", "zadd z '1 ' a", "zadd z '' a", "zadd z 1_0 a", "zadd z 1e400 a", "zadd z 1e-400 a", "zadd z -1e400 a", "zadd z 0x1p3 a", "zadd z 0x a", "zadd z +1 a", "zadd z --1 a", "zadd z 1.2.3 a", "zadd z -0 m", "zscore z m", "zadd z 0 m", "zscore z m", "zadd z 5 ''", "zscore z ''", "zadd z nx", "zadd z nx 1", "type z", "zadd z 4 '' 5 ''", "zscore z ''",
		},
		"doubles": {
			"zadd z 1.1 a 0.1 b 3.14159265358979 c 1e17 d 123456789012345678 e 1e300 f -1e-300 g 100000 h 1e5 i 1e21 j 0.00001 k 0.0001 l 123456.789 m 2.5 n 9007199254740993 o 4611686018427387904 p 9223372036854775807 q 1e16 r 12345678901234567 s", "zrange z 0 -1 withscores", "zscan z 0", "zmscore z a b c d e f g h i j k l m n o p q r s",
			many("zadd z", "# m#", 150), "zrange z 0 -1 withscores", "%zscan z 0 count 1000", "zincrby z 0.2 b", "zincrby z 0.7 a", "zincrby z 1e-20 a", "zadd w -0 a inf b -inf c", "zscan w 0", many("zadd w", "# m#", 150), "%zscan w 0 count 1000", "zrange w 0 5 withscores",
		},
		"zincrby": {"zincrby", "zincrby z 1", "zincrby z 1 a", "zincrby z 1.5 a", "zincrby z -5 a", "zincrby z x a", "zincrby z inf a", "zincrby z -inf a", "zincrby z nan a", "set s v", "zincrby s 1 a", "zincrby s x a", "zincrby z nx a", "zscore z a"},
		"reads": {
			"zcard", "zcard none", "zscore none a", "zscore z", "zmscore none a b", "zmscore z", "zadd z 1 a 2 b 2 c 3 d", "zcard z", "zscore z a", "zscore z x", "zmscore z a x d", "zrank z a", "zrank z d", "zrank z x", "zrank none a", "zrevrank z a", "zrevrank z c", "zrevrank z x", "zrank z", "zrank z a withscore", "set s v", "zcard s", "zscore s a", "zmscore s a", "zrank s a", "zrevrank s a",
			"zcount z 1 2", "zcount z (1 2", "zcount z (1 (2", "zcount z -inf +inf", "zcount z 2 1", "zcount z x 1", "zcount z 1 x", "zcount z nan 1", "zcount z 1", "zcount none 1 2", "zcount none x 2", "zcount s 1 2", "zcount z '' 5", "zcount z ' 1' 5", "zcount z '( 1' 5", "zcount z ( 5", "zcount z '1 ' 5", "zcount z 1e400 2", "zcount z -1e400 1e400", "zcount z ' ' 5", "zcount z \"1\\x00x\" 5", "zcount z ((1 5", "zcount z [1 5",
			"zrem", "zrem z", "zrem z a a x", "zcard z", "zrem none a", "zrem s a", "zrem z b c d", "exists z",
		},
		"lex": {
			"zadd z 0 a 0 b 0 c 0 d 0 aa 0 ''", "zlexcount z - +", "zlexcount z [a [c", "zlexcount z (a (c", "zlexcount z [a (c", "zlexcount z + -", "zlexcount z [c [a", "zlexcount z a c", "zlexcount z [a c", "zlexcount z '' c", "zlexcount z [ (", "zlexcount z -x +", "zlexcount none - +", "zlexcount none x +", "set s v", "zlexcount s - +", "zrangebylex z - +", "zrangebylex z [a [c", "zrangebylex z (a [c limit 1 1", "zrangebylex z - + limit 1 -1",
			"zrangebylex z - + limit -1 2", "zrangebylex z - + limit 0 0", "zrangebylex z - + withscores", "zrangebylex z x +", "zrevrangebylex z + -", "zrevrangebylex z [c [a", "zrevrangebylex z [c (a limit 1 2", "zrevrangebylex z - +", "zrange z - + bylex", "zrange z [c - bylex rev", "zrange z [c - bylex rev limit 0 2", "zrange z - + bylex withscores", "zremrangebylex z (a [b", "zremrangebylex z x [b", "zremrangebylex none - +", "zremrangebylex s - +", "zrange z 0 -1", "zremrangebylex z - +", "exists z", "zrangebylex none - +", "zrangebylex s - +",
			"zrangebylex z - + limit 1", "zrangebylex z - + limit x 1", "zrangebylex z - + foo", "zrangebylex z -",
		},
		"zrange": {
			"zadd z 1 a 2 b 2 c 3 d 10 e", "zrange z 0 -1", "zrange z 1 2", "zrange z -2 -1", "zrange z -100 100", "zrange z 3 1", "zrange z 10 20", "zrange z 0 -10", "zrange z 0 -1 withscores", "zrange z 0 1 rev", "zrange z 0 1 rev withscores", "zrange z x 1", "zrange z 1 x", "zrange z 1.5 2", "zrange z 0", "zrange z 0 1 foo", "zrange z 0 1 limit 0 1", "zrange z 0 1 limit 0 -1", "zrange z 0 1 rev rev", "zrange z 0 1 withscores withscores",
			"zrange z 1 2 byscore", "zrange z (1 2 byscore withscores", "zrange z 2 1 byscore rev", "zrange z (3 (1 byscore rev withscores", "zrange z -inf +inf byscore limit 1 2", "zrange z +inf -inf byscore rev limit 1 2", "zrange z -inf +inf byscore limit 1 -1", "zrange z -inf +inf byscore limit -1 1", "zrange z -inf +inf byscore limit 10 1", "zrange z -inf +inf byscore limit 0 0", "zrange z x y byscore", "zrange z 1 2 byscore bylex", "zrange z 1 2 byscore byscore", "zrange z 1 2 byscore limit 1", "zrange z 1 2 byscore limit x 1", "zrange z 1 2 byscore limit 1 x",
			"zrevrange z 0 1", "zrevrange z 0 -1 withscores", "zrevrange z -2 -1", "zrevrange z 0 1 rev", "zrevrange z 0 1 byscore", "zrevrange z x 1", "zrevrange z 0 1 limit 0 1", "zrevrange z 1 0", "zrangebyscore z 1 2", "zrangebyscore z (1 (10 withscores", "zrangebyscore z 1 10 limit 1 2", "zrangebyscore z 1 10 withscores limit 1 2", "zrangebyscore z 10 1", "zrangebyscore z x 1", "zrangebyscore z 1 2 rev", "zrangebyscore z 1 2 byscore", "zrevrangebyscore z 10 1", "zrevrangebyscore z 1 10", "zrevrangebyscore z (10 2 withscores limit 1 2",
			"zrange none 0 -1", "zrange none x 1", "zrange none 0 -1 foo", "set s v", "zrange s 0 -1", "zrange s x 1", "zrange s 1 2 byscore", "zrange z 0 9223372036854775807", "zrange z -9223372036854775808 9223372036854775807", "zrange z 0 99999999999999999999", "zrangebyscore z 1 2 limit 9223372036854775807 9223372036854775807", "zrange z 0 -1 LIMIT 5 -1", "zrange z 1 2 BYSCORE REV WITHSCORES", "zrevrange none 0 1 withscores", "zrangebyscore none 1 2",
		},
		"zrangestore": {
			"zadd z 1 a 2 b 3 c 4 d", "zrangestore r z 0 -1", "zrange r 0 -1 withscores", "zrangestore r z 2 3 byscore", "zrange r 0 -1 withscores", "zrangestore r z 3 2 byscore rev limit 0 1", "zrange r 0 -1 withscores", "zrangestore r z 0 -1 withscores", "zrangestore r z 0 -1 limit 0 1", "zrangestore r z 0 0 rev", "zrange r 0 -1 withscores", "expire r 100", "zrangestore r z 0 1", "ttl r", "zrangestore r z 10 20", "exists r", "zrangestore r none 0 1", "set r v", "zrangestore r none 0 1", "exists r",
			"set s v", "zrangestore r s 0 1", "zrangestore s z 0 1", "type s", "zrangestore z z 1 2", "zrange z 0 -1 withscores", "zrangestore r z x 1", "zrangestore r z", "zrangestore r z 0 1 foo", "zrangestore r z - + bylex", "zrange r 0 -1", "object encoding r",
		},
		"zremrange": {
			many("zadd z", "# m#", 20), "zremrangebyrank z 0 1", "zremrangebyrank z -2 -1", "zremrangebyrank z 5 3", "zremrangebyrank z 100 200", "zremrangebyrank z x 1", "zremrangebyrank none 0 1", "zremrangebyscore z 5 8", "zremrangebyscore z (9 (12", "zremrangebyscore z x 1", "zremrangebyscore none 0 1", "zrange z 0 -1 withscores", "set s v", "zremrangebyrank s 0 1", "zremrangebyscore s 0 1", "zremrangebyrank z 0 -1", "exists z", "zremrangebyscore z", "zremrangebyrank z 1",
			many("zadd big", "# m#", 500), "zremrangebyrank big 100 399", "zcard big", "zrange big 95 105", "zremrangebyscore big -inf +inf", "exists big",
		},
		"encoding": {
			many("zadd z", "# m#", 128), "object encoding z", "zadd z 5 m1", "object encoding z", "zadd z 1 more", "object encoding z", "zrange z 0 -1 withscores", many("zrem z", "m#", 100), "object encoding z", "zrange z 0 -1", "zadd a 1 " + long[1:], "object encoding a", "zadd a 1 " + long, "object encoding a", "zrem a " + long, "object encoding a", "copy a b", "object encoding b", "zunionstore r 1 a", "object encoding r",
			"zadd c 1 " + long, "zunionstore r 1 c", "object encoding r", "zinterstore r 2 c c", "object encoding r", "zdiffstore r 2 a c", "object encoding r", "zunionstore r 2 z a", "object encoding r", "zrangestore r c 0 -1", "object encoding r", many("zadd big", "# m#", 300), "zrangestore r big 0 127", "object encoding r", "zrangestore r big 0 128", "object encoding r", "zrangestore r big -inf 127 byscore", "object encoding r", "zunionstore r 1 big", "object encoding r", "zincrby n 1 " + long, "object encoding n",
		},
		"zpop": {
			"zpopmin", "zpopmin none", "zpopmin none 2", "zpopmax none", "zadd z 1 a 2 b 3 c 4 d 5 e", "zpopmin z", "zpopmax z", "zpopmin z 2", "zpopmin z 0", "zpopmin z -1", "zpopmin z x", "zpopmin z 1 2", "zpopmax z 10", "exists z", "set s v", "zpopmin s", "zpopmin s 0", "zpopmin s x", "zpopmax z 0", "zadd z 1 a", "zpopmax z 1", "zadd z 1.5 a", "zpopmin z 9223372036854775807", "zpopmin z 99999999999999999999",
		},
		"zmpop": {
			"zmpop", "zmpop 1 z", "zmpop 0 z min", "zmpop x z min", "zmpop -1 z min", "zmpop 1 z foo", "zmpop 2 z min", "zmpop 1 none min", "zadd z 1 a 2 b 3 c", "zmpop 1 z min", "zmpop 2 none z max", "zmpop 1 z min count 0", "zmpop 1 z min count -1", "zmpop 1 z min count x", "zmpop 1 z min count", "zmpop 1 z min foo 1", "zmpop 1 z min count 1 count 1", "zmpop 1 z min count 10", "exists z", "set s v", "zmpop 1 s min", "zmpop 2 none s min", "zadd z 1 a", "zmpop 2 z s max count 5", "zmpop 99999999999999 z min",
		},
		"bzpop": {
			"bzpopmin", "bzpopmin z", "zadd z 1 a 2 b 3 c", "bzpopmin z 0", "bzpopmax none z 0", "bzpopmin none z 1", "bzpopmin none 0.01", "bzpopmax none 0.01", "bzpopmin none x", "bzpopmin none -1", "set s v", "bzpopmin s 0", "bzpopmin none s 0", "bzpopmin s x", "bzmpop 0 1 none", "bzmpop 0.01 1 none min", "bzmpop x 1 none min", "bzmpop -1 1 none min", "bzmpop 0 0 none min", "bzmpop x 0 none min", "zadd z 1 a 2 b 3 c", "bzmpop 0 2 none z max count 2", "bzmpop 0 1 z min", "bzmpop 0 1 s min", "bzmpop 0 1 z foo", "bzmpop 0 1 z min count 0",
			"multi; bzpopmin none 0; bzmpop 0 1 none min; zadd z 1 a; bzpopmax z 0; exec",
		},
		"zrandmember": {
			"zrandmember", "zrandmember none", "zrandmember none 3", "zrandmember none -3 withscores", "zadd z 1 a", "zrandmember z", "zrandmember z 1", "zrandmember z 5 withscores", "zrandmember z -3", "zrandmember z -2 withscores", "zrandmember z 0", "zrandmember z x", "zrandmember z 1 foo", "zrandmember z 1 withscores x", "zrandmember z -9223372036854775808", "zrandmember z -9223372036854775807 withscores", "zrandmember z 9223372036854775807 withscores", "set s v", "zrandmember s", "zrandmember s 1", "zadd z 2 b 3 c", "zrandmember z 3", "zrandmember z 10 withscores",
			many("zadd big", "# m#", 150), "~zrandmember big 150", "%zrandmember big 300 withscores",
		},
		"zscan": {
			"zscan", "zscan z", "zscan none 0", "zscan none x", "zadd z 2 b 1 a 1.5 c 3 d", "zscan z 0", "zscan z 0 count 1", "zscan z 0 match a", "zscan z 0 match [cd]", "zscan z 0 count 0", "zscan z 0 foo", "zscan z 7", "set s v", "zscan s 0", many("zadd big", "# m#", 150), "%zscan big 0 count 1000 match m1?",
		},
	})
}

func TestDifferentialSortedAlgebra(t *testing.T) {
	sets := []string{"zadd a 1 x 2 y 3 z", "zadd b 10 y 20 z 30 w", "zadd c 5 z", "sadd m x y q", "sadd i 1 2 3", "zadd n inf x -inf y", "set s v"}
	scripts := map[string][]string{}
	for _, op := range []string{"zunion", "zinter"} {
		scripts[op] = append(sets[:len(sets):len(sets)],
			op, op+" 1", op+" 0 a", op+" x a", op+" -1 a", op+" 2 a", op+" 1 a", op+" 1 a withscores", op+" 2 a b withscores", op+" 2 b a withscores", op+" 3 a b c withscores", op+" 2 a m withscores", op+" 2 m a withscores", op+" 1 m withscores", op+" 2 a none withscores", op+" 1 none", op+" 2 a s", op+" 2 none s", op+" 1 s foo", op+" 1 i withscores",
			op+" 2 a b weights 2 3 withscores", op+" 2 a b weights 2", op+" 2 a b weights 2 x", op+" 2 a b weights", op+" 2 a b weights 1.5 -1 withscores", op+" 2 a b aggregate min withscores", op+" 2 a b aggregate max withscores", op+" 2 a b aggregate sum withscores", op+" 2 a b aggregate foo", op+" 2 a b aggregate", op+" 2 a b weights 2 1 aggregate max withscores", op+" 2 a b withscores weights 2 1", op+" 2 n n withscores", op+" 2 n n weights 1 -1 withscores", op+" 2 n a weights 0 1 withscores", op+" 2 a n weights 1 0 withscores", op+" 3 a n n weights 1 1 -1 withscores", op+" 3 n a n weights -1 0 1 aggregate max withscores", op+" 2 a n weights 0 0 aggregate min withscores",
			op+" 2 a m weights 1 5 withscores", op+" 2 a b foo", op+" 1 a withscores withscores", op+" 2 a a withscores", op+" 1 a weights inf withscores", op+" 1 a weights nan", op+" 1 a weights ' 1'", op+" 2 a b limit 1",
			op+"store", op+"store r 1", op+"store r 0 a", op+"store r x a", op+"store r 2 a b", "zrange r 0 -1 withscores", op+"store r 2 a b weights 2 3 aggregate max", "zrange r 0 -1 withscores", op+"store r 1 a withscores", op+"store r 2 a m", "zrange r 0 -1 withscores", op+"store r 1 none", "exists r", "set r v", op+"store r 2 a a", "zrange r 0 -1 withscores", op+"store a 2 a b", "zrange a 0 -1 withscores", op+"store r 2 a s", op+"store s 1 b", "type s", "expire r 100", op+"store r 1 b", "ttl r", op+"store r 1 m", "zrange r 0 -1 withscores", "type r",
		)
	}
	scripts["zdiff"] = append(sets[:len(sets):len(sets)],
		"zdiff", "zdiff 1", "zdiff 0 a", "zdiff x a", "zdiff 2 a", "zdiff 1 a withscores", "zdiff 2 a b withscores", "zdiff 2 b a withscores", "zdiff 3 a b c", "zdiff 2 a m withscores", "zdiff 2 m a withscores", "zdiff 2 a none withscores", "zdiff 2 none a", "zdiff 2 a s", "zdiff 1 a weights 2", "zdiff 1 a aggregate sum", "zdiff 2 a a", "zdiff 1 a foo", "zdiff 1 i withscores", "zdiffstore r 2 a b", "zrange r 0 -1 withscores", "zdiffstore r 2 a a", "exists r", "zdiffstore r 0 a", "zdiffstore r 1 a withscores",
		"zdiffstore r 2 m a", "zrange r 0 -1 withscores", "zdiffstore a 2 a b", "zrange a 0 -1 withscores", "zdiffstore r 1 s", "zdiffstore r 1 a weights 1", "zdiffstore r", "zdiffstore r x a",
	)
	scripts["zintercard"] = append(sets[:len(sets):len(sets)],
		"zintercard", "zintercard 1", "zintercard 0 a", "zintercard -1 a", "zintercard x a", "zintercard 3 a b", "zintercard 2 a b", "zintercard 2 a b limit 1", "zintercard 2 a b limit 0", "zintercard 2 a b limit -1", "zintercard 2 a b limit x", "zintercard 2 a b limit", "zintercard 2 a m", "zintercard 2 a none", "zintercard 2 a s", "zintercard 1 a", "zintercard 2 a b withscores", "zintercard 2 a b foo 1", "zintercard 2 a b limit 5 limit 1", "zintercard 1 a b", "zintercard 1 s limit x",
	)
	differInAnyOrder(t, scripts)
}
