package broker_test

import "testing"

func TestWaitForSortedSets(t *testing.T) {
	comparePlays(t, map[string][]string{
		"one waits": {"a! bzpopmin z 0", "b zadd z 1 x 2 y", "a?", "b zrange z 0 -1"},
		"highest":   {"a! bzpopmax z 0", "b zadd z 1 x 2 y", "a?", "b zrange z 0 -1"},
		"first come": {
			"a! bzpopmin z 0", "b! bzpopmin z 0", "c! bzpopmax z 0", "d zadd z 1 x", "a?", "d zadd z 2 x 3 y 4 w", "b?", "c?", "d zrange z 0 -1",
		},
		"several keys": {"a! bzpopmin y z 0", "b zadd z 1 x", "a?", "b exists z", "a! bzpopmin y z 0", "b multi; zadd z 1 x; zadd y 2 w; exec", "a?", "b exists y z"},
		"bzmpop":       {"a! bzmpop 0 2 y z max count 2", "b zadd z 1 x 2 y 3 w", "a?", "b zrange z 0 -1 withscores"},
		"another type": {"a! bzpopmin z 0", "b set z v", "b del z", "b sadd z m", "b del z", "b zadd z 5 m", "a?"},
		"in vain":      {"a! bzpopmin z 0", "b multi; zadd z 1 x; zrem z x; exec", "b zadd z 2 y", "a?"},
		"stored":       {"b zadd s 1 x 2 y", "a! bzpopmin z 0", "b zunionstore z 1 s", "a?", "a! bzpopmin r 0", "b zrangestore r s 0 0", "a?", "a! bzpopmax q 0", "b rename s q", "a?", "a! bzpopmin c 0", "b copy q c", "a?"},
		"time is up":   {"a! bzpopmin z 0.05", "a?", "a! bzmpop 0.05 1 z min", "a?", "b zadd z 1 x", "a zrange z 0 -1"},
		"incremented":  {"a! bzpopmin z 0", "b zincrby z 2.5 x", "a?"},
		"served in turn": {
			"a! bzpopmin z 0", "b! bzmpop 0 1 z min count 10", "c zadd z 1 x 2 y 3 w", "a?", "b?", "c exists z",
		},
		"lists and sets apart": {"a! bzpopmin z 0", "b! blpop z 0", "c rpush z x", "b?", "c zadd z 1 x", "a?"},
	})
}
