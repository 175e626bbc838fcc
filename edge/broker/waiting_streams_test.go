package broker_test

import "testing"

func TestWaitForStreams(t *testing.T) {
	const group = "b xgroup create s g $ mkstream"
	comparePlays(t, map[string][]string{
		"all are woken":          {"a! xread block 0 streams s $", "b! xread block 0 streams s 0", "c! xread block 0 streams s 5", "d xadd s 3 x y", "b?", "a?", "d xadd s 6 x y", "c?"},
		"several keys":           {"a! xread block 0 streams s t u $ $ 0", "d xadd t 1 x y", "a?", "a! xread block 0 streams s t $ $", "d multi; xadd t 2 x y; xadd s 1 x y; exec", "a?"},
		"after the last":         {"d xadd s 5 x y", "a! xread block 0 streams s $", "b! xread block 0 streams s 7-1", "d xadd s 6 x y", "a?", "d xadd s 7-1 x y; xadd s 7-2 x y", "b?"},
		"count":                  {"a! xread count 1 block 0 streams s $", "d multi; xadd s 1 x y; xadd s 2 x y; exec", "a?"},
		"time is up":             {"a! xread block 50 streams s $", "a?", group, "a! xreadgroup group g c block 50 streams s >", "a?", "b xinfo groups s", "a! xread block 50 streams s t $ 0", "a?", "b xadd s 1 x y", "a ping"},
		"first come":             {group, "a! xreadgroup group g ann block 0 streams s >", "b! xreadgroup group g bob block 0 streams s >", "d xadd s 1 x y", "a?", "d xadd s 2 x y", "b?", "d xpending s g"},
		"more than one":          {group, "a! xreadgroup group g ann count 1 block 0 streams s >", "b! xreadgroup group g bob block 0 count 1 streams s >", "c! xread block 0 streams s $", "d multi; xadd s 1 x y; xadd s 2 x y; xadd s 3 x y; exec", "a?", "b?", "c?", "d xpending s g", "d xinfo groups s"},
		"no acknowledgement":     {group, "a! xreadgroup group g ann block 0 noack streams s >", "d xadd s 1 x y", "a?", "d xpending s g", "d xinfo groups s"},
		"history does not block": {group, "a xreadgroup group g ann block 0 streams s 0", "b xinfo groups s"},
		"the key is deleted":     {group, "a! xreadgroup group g ann block 0 streams s >", "b! xread block 0 streams s $", "c! xreadgroup group g bob block 0 streams s >", "d del s", "a?", "c?", "d xadd s 5 x y", "b?"},
		"the key expires":        {group, "a! xreadgroup group g ann block 0 streams s >", "d pexpire s 1", "d blpop none 0.1", "d exists s", "a?"},
		"the key is overwritten": {group, "a! xreadgroup group g ann block 0 streams s >", "b! xread block 0 streams s $", "d set s v", "a?", "d del s", "d xadd s 1 x y", "b?"},
		"the key is renamed":     {group, "a! xreadgroup group g ann block 0 streams s >", "d rename s t", "a?", "a! xreadgroup group g ann block 0 streams t >", "b! xread block 0 streams s $", "d xadd t 1 x y", "a?", "d rename t s", "b?"},
		"another is renamed":     {group, "c xadd other 5 x y", "a! xreadgroup group g ann block 0 streams s >", "d rename other s", "a?"},
		"another has the group":  {group, "c xadd other 5 x y", "c xgroup create other g 0", "a! xreadgroup group g ann block 0 streams s >", "d rename other s", "a?"},
		"the group is destroyed": {group, "a! xreadgroup group g ann block 0 streams s >", "b! xread block 0 streams s $", "c! xreadgroup group g bob block 0 streams s >", "d xgroup destroy s g", "a?", "c?", "d xadd s 5 x y", "b?"},
		"flushed":                {group, "a! xreadgroup group g ann block 0 streams s >", "d flushall", "a?", group, "a! xreadgroup group g ann block 0 streams s >", "d flushdb", "a?"},
		"one of several":         {group, "b xgroup create t g 0 mkstream", "a! xreadgroup group g ann block 0 streams t s > >", "d xadd s 1 x y", "a?", "a! xreadgroup group g ann block 0 streams t s > >", "d del t", "a?"},
		"added and deleted":      {group, "a! xreadgroup group g ann block 0 streams s >", "b! xread block 0 streams s $", "d multi; xadd s 1 x y; xdel s 1; exec", "a?", "b?", "d xinfo groups s"},
		"deleted and made anew":  {group, "a! xreadgroup group g ann block 0 streams s >", "d multi; del s; xgroup create s g $ mkstream; exec", "d xadd s 1 x y", "a?"},
		"the id is set":          {group, "a! xreadgroup group g ann block 0 streams s >", "d xgroup setid s g 5", "d xadd s 1 x y", "d xadd s 6 x y", "a?"},
		"read by another":        {group, "a! xreadgroup group g ann block 0 streams s >", "d multi; xadd s 1 x y; xreadgroup group g bob streams s >; exec", "d xadd s 2 x y", "a?"},
		"another type":           {"a! xread block 0 streams s $", "d rpush s x", "d del s", "d xadd s 1 x y", "a?"},
		"one key twice":          {"d xadd s 5 x y", "a! xread block 0 streams s s 6 9", "d xadd s 7 x y", "d xadd s 10 x y", "a?"},
		"copied and restored":    {"b xadd s 1 x y", "a! xread block 0 streams t 0", "b copy s t", "a?"},
		"in a transaction":       {group, "a multi; xread block 0 streams s $; xreadgroup group g ann block 0 streams s >; xadd s 1 x y; xread block 0 streams s 0; exec"},
		"trimmed at once":        {"a! xread block 0 streams s $", "d xadd s maxlen 0 1 x y", "a?", group, "a! xreadgroup group g ann block 0 streams s >", "d xadd s maxlen 0 2 x y", "a?"},
		"pipelined":              {"a! xread block 0 streams s $; ping", "d xadd s 1 x y", "a?"},
		"made by a group":        {"a! xread block 0 streams s $", "d xgroup create s g $ mkstream", "d xadd s 1 x y", "a?"},
		"database":               {"a select 1", "a! xread block 0 streams s $", "d xadd s 1 x y", "d select 1", "d xadd s 2 x y", "a?"},
		"watched": {
			group, "a watch s", "b xgroup create s h $; xgroup setid s h 0; xgroup createconsumer s h c; xgroup delconsumer s h c; xgroup destroy s h; xsetid s 5", "a multi; exists s; exec",
			"a watch s", "b xadd s 6 x y", "a multi; exec", "a watch s", "b xreadgroup group g c streams s >", "a multi; exec", "a watch s", "b xclaim s g d 0 6; xautoclaim s g e 0 0", "a multi; exec", "a watch s", "b xack s g 6", "a multi; exec",
			"a watch s", "b xdel s 9; xtrim s maxlen 5", "a multi; exec", "a watch s", "b xdel s 6", "a multi; exec", "b xadd s 7 x y", "a watch s", "b xtrim s maxlen 0", "a multi; exec", "a watch n", "b xgroup create n g $ mkstream", "a multi; exec",
		},
	})
}
