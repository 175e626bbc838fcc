package broker_test

import "testing"

func TestDifferentialLists(t *testing.T) {
	differ(t, map[string][]string{
		"push": {
			"lpush l a", "lpush l b c", "rpush l d e", "lrange l 0 -1", "llen l", "llen none", "lpushx l x", "lpushx none x", "rpushx l y z", "rpushx none y", "exists none", "lpush l", "lpush", "rpushx l", "set s x", "lpush s a", "rpush s a", "lpushx s a", "rpushx s a", "llen s", "llen", "type l", "object encoding l", "expire l 100", "rpush l q", "ttl l", "rpush l ''", "lrange l -1 -1",
		},
		"pop": {
			"rpush l a b c d e f", "lpop l", "rpop l", "lpop l 2", "rpop l 1", "lpop l 0", "rpop l 100", "exists l", "lpop l", "rpop l", "lpop l 2", "lpop l 0", "rpop l x", "rpush l a", "lpop l -1", "lpop l x", "lpop l 1 2", "rpop l 1 2", "lpop", "set s x", "lpop s", "lpop s 2", "lpop s 0", "rpop s -1", "lpop l 9223372036854775807",
		},
		"range": {
			"rpush l a b c d e", "lrange l 0 -1", "lrange l 1 2", "lrange l -2 -1", "lrange l -100 100", "lrange l 3 1", "lrange l 5 10", "lrange l 0 0", "lrange l x 0", "lrange l 0 x", "lrange none 0 -1", "lrange none x 0", "lrange l 0", "set s x", "lrange s 0 -1", "lrange l -9223372036854775808 9223372036854775807", "lrange l -1 -5", "lrange l -100 -6",
		},
		"trim": {
			"rpush l a b c d e", "ltrim l 1 3", "lrange l 0 -1", "ltrim l -2 -1", "lrange l 0 -1", "ltrim l 5 10", "exists l", "ltrim l 0 1", "ltrim l x 1", "rpush l a b", "ltrim l 0 0", "lrange l 0 -1", "ltrim l 1 0", "exists l", "set s x", "ltrim s 0 1", "ltrim s x 1", "ltrim l 0",
		},
		"index": {
			"rpush l a b c", "lindex l 0", "lindex l -1", "lindex l 3", "lindex l -4", "lindex l x", "lindex none 0", "lindex none x", "set s x", "lindex s 0", "lindex l 9223372036854775807", "lindex l", "lset l 0 x", "lset l -1 z", "lrange l 0 -1", "lset l 3 x", "lset l -4 x", "lset l x x", "lset none 0 x", "lset none x x", "lset s 0 x", "lset l 0",
		},
		"insert": {
			"rpush l a b c a", "linsert l before a x", "linsert l after c y", "linsert l AFTER a z", "linsert l before none x", "linsert none before a x", "linsert l foo a x", "linsert l before a", "set s x", "linsert s before a x", "linsert s foo a x", "lrange l 0 -1", "linsert l before y 1", "linsert l before a 2", "linsert l after a 3", "lrange l 0 -1",
		},
		"remove": {
			"rpush l a b a c a d a", "lrem l 2 a", "lrange l 0 -1", "lrem l -1 a", "lrange l 0 -1", "lrem l 0 a", "lrange l 0 -1", "lrem l 0 none", "lrem none 0 a", "lrem l x a", "set s x", "lrem s 0 a", "lrem l 0", "lrem l 5 b", "lrem l 1 c", "lrem l -9223372036854775808 d", "exists l",
		},
		"pos": {
			"rpush l a b c 1 2 3 c c", "lpos l c", "lpos l c rank 2", "lpos l c rank -1", "lpos l c count 2", "lpos l c rank -1 count 2", "lpos l c count 0", "lpos l c rank -2 count 0", "lpos l x", "lpos l x count 0", "lpos none a", "lpos none a count 0", "lpos l c rank 0", "lpos l c rank x", "lpos l c count -1", "lpos l c count x", "lpos l c maxlen -1", "lpos l c maxlen x", "lpos l c maxlen 2", "lpos l c maxlen 3", "lpos l c maxlen 0", "lpos l c rank -1 maxlen 1", "lpos l c count 0 maxlen 7",
			"lpos l c rank", "lpos l c foo 1", "lpos l c rank -9223372036854775808", "lpos l c rank -9223372036854775807", "lpos l c rank 4", "lpos l c rank 4 count 1", "set s x", "lpos s a", "lpos s a rank 0", "lpos l", "lpos l c count 1 count 3", "lpos l c rank 9223372036854775807",
		},
		"move": {
			"rpush a 1 2 3", "lmove a b left right", "lmove a b right left", "lrange b 0 -1", "lmove a a left right", "lmove b b right left", "lrange b 0 -1", "lmove a b left left", "exists a", "lmove a b left left", "lmove a b foo left", "lmove a b left foo", "set s x", "lmove s b left left", "lmove b s left left", "lmove none s left left", "lrange b 0 -1", "lmove a b left", "rpoplpush b c", "rpoplpush b b", "rpoplpush none b", "rpoplpush s b", "rpoplpush b s", "rpoplpush b", "lrange b 0 -1", "expire c 100", "rpoplpush b c", "ttl c",
		},
		"mpop": {
			"rpush a 1 2 3", "rpush b 4", "lmpop 2 none a left", "lmpop 2 a b right count 10", "lmpop 2 a b right count 10", "lmpop 2 a b left", "lmpop 0 a left", "lmpop x a left", "lmpop -1 a left", "lmpop 2 a left", "lmpop 1 a foo", "lmpop 1 a left count 0", "lmpop 1 a left count x", "lmpop 1 a left count -1", "lmpop 1 a left count 0 x", "lmpop 1 a left count x count 1", "lmpop 1 a left count 1 x", "lmpop 1 a left count", "lmpop 1 a left foo 1", "lmpop 1 a left count 1 count 2", "lmpop 1 a", "set s x", "lmpop 1 s left", "lmpop 2 a s left", "lmpop 3 a left", "lmpop 1 a left x",
		},
		"blocking at once": {
			"rpush a 1 2 3", "rpush b 4 5", "blpop none a 1", "brpop none b a 1", "blmove a b left right 1", "brpoplpush b a 1", "lrange a 0 -1", "lrange b 0 -1", "blmpop 1 2 none a left count 2", "exists a", "set s x", "blpop s 1", "blpop none s b 1", "blpop b x", "blpop b -1", "blpop b 1e400", "blpop b 9223372036854775807", "blpop b 9223372036854776", "blpop b nan", "blpop b inf", "blpop b ''", "blpop b ' 1'", "blpop b 0x1", "blpop b 1_0",
			"blpop b", "blpop", "blmove s b left right 1", "blmove b s left right 1", "blmove b s left foo 1", "blmove b s left right x", "blmove b s foo right x", "brpoplpush b s x", "brpoplpush s b 1", "blmpop x 1 b left", "blmpop x 0 b left", "blmpop x 1 b foo", "blmpop x 1 b left count 0", "blmpop -1 1 b left", "blmpop 1 0 b left", "blmpop 1 1 b foo", "blmpop 1 1 s left", "blmpop 1 1 b left count 0", "blmpop 1 1 b", "lrange b 0 -1",
		},
		"blocking in vain": {
			"blpop none 0.01", "brpop none none2 0.01", "blmove none a left right 0.01", "brpoplpush none a 0.01", "blmpop 0.01 1 none left", "blpop none 0.001; ping; set a b", "get a",
			"client reply off; blpop none 0.01; ping; client reply on",
		},
	})
}
