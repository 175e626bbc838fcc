package broker_test

import "testing"

func TestDifferentialTransactions(t *testing.T) {
	comparePlays(t, map[string][]string{
		"plain": {
			"a multi; set k 1; incr k; get k; exec", "a multi; exec", "a exec", "a discard", "a multi; set k 5; discard; get k", "a multi; multi; set k 6; exec; get k", "a multi x", "a exec x", "a multi; watch k; set k 7; exec; get k",
			"a multi; ping; echo x; select 1; set k other; select 0; exec; get k", "a multi; unwatch; exec", "a multi; reset; get k",
		},
		"errors": {
			"a multi; foo; set k 1; exec; exists k", "a multi; set k; exec", "a multi; set k 1; incr k x; exec; exists k", "a multi; set k abc; incr k; set k 2; exec; get k", "a multi; client foo; exec", "a multi; select 99; select x; exec", "a multi; get; discard; ping",
			"a multi; client; exec",
		},
		"watch": {
			"a watch k", "b set k 1", "a multi; set k 2; exec", "a get k", "a multi; set k 3; exec", "a watch k", "a set k 4", "a multi; set k 5; exec; get k", "a watch k", "a unwatch", "b set k 6", "a multi; get k; exec",
			"a watch k other", "b del k", "a multi; get k; exec", "a watch k", "b del k", "a multi; get k; exec", "a watch k", "b select 1; set k 9; flushdb", "a multi; get k; exec", "a watch k", "b select 0; flushdb", "a multi; get k; exec",
			"b set k 1", "a watch k", "b flushall", "a multi; get k; exec", "b set k 1", "a watch k", "b expire k 100", "a multi; get k; exec", "a watch k", "b persist k", "a multi; get k; exec", "a watch k", "b persist k", "a multi; get k; exec", "a watch k", "b set k 1 nx", "a multi; get k; exec",
			"a watch k", "b touch k; get k; getex k", "a multi; get k; exec", "a watch k", "b rename k l", "a multi; exec", "a watch k", "b rename l k", "a multi; exec", "a watch k", "b copy k m", "a multi; exec", "a watch m", "b copy k m replace", "a multi; exec",
			"a watch k; watch k; watch", "b set k 1", "a discard", "a multi; discard", "a multi; exec", "a watch k", "a reset", "b set k 2", "a multi; exec", "a watch k", "b move k 2", "a multi; exec", "b append k x", "a watch k", "b setrange k 0 ''; getset k y; mset k z", "a multi; exec",
		},
		"expiry": {
			"a set k v px 1; client reply off; blpop none 0.05; client reply on", "a watch k", "b set other 1", "a multi; get k; exec", "a set k v px 30", "a watch k", "b blpop none 0.1", "a multi; get k; exec",
		},
		"blocking inside": {
			"a multi; blpop l 0; brpop l 1; blmove l m left right 0; brpoplpush l m 0; blmpop 0 1 l left; rpush l 1 2 3; blpop l 0; blmpop 0 1 l right count 5; exec",
		},
		"pubsub inside": {
			"b subscribe c", "a multi; publish c x; pubsub numsub c; exec", "a multi; subscribe d; exec", "a unsubscribe; ping",
		},
	})
}
