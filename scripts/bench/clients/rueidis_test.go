package clients_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
)

func TestRueidis(t *testing.T) {
	for _, old := range []bool{false, true} {
		t.Run(map[bool]string{false: "RESP3", true: "RESP2"}[old], func(t *testing.T) {
			each(t, func(t *testing.T, addr string) {
				r, err := rueidis.NewClient(rueidis.ClientOption{
					InitAddress: []string{addr}, SelectDB: database, ClientName: "service",
					AlwaysRESP2: old, DisableCache: true,
				})
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				is(t, "OK")(r.Do(t.Context(), r.B().Flushdb().Build()).ToString())
				is(t, "service")(r.Do(t.Context(), r.B().ClientGetname().Build()).ToString())
				rueidisData(t, r)
				rueidisWaiting(t, r)
				rueidisStream(t, r)
				rueidisTransaction(t, r)
				rueidisMessages(t, r)
			})
		})
	}
}

// What rueidis asks for by default, a cache of its own that the server keeps true,
// the broker does not have. The error names the option.
func TestRueidisWithoutCache(t *testing.T) {
	_, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{serve(t)}})
	if !errors.Is(err, rueidis.ErrNoCache) || !strings.Contains(err.Error(), "DisableCache must be true") {
		t.Errorf("got %v, want %v", err, rueidis.ErrNoCache)
	}
}

func rueidisData(t *testing.T, r rueidis.Client) {
	ctx := t.Context()
	is(t, "OK")(r.Do(ctx, r.B().Set().Key("k").Value("v").Px(100*time.Second).Build()).ToString())
	if left, err := r.Do(ctx, r.B().Pttl().Key("k").Build()).ToInt64(); err != nil || left <= 0 || left > 100_000 {
		t.Errorf("got %d ms left, %v, want up to 100000", left, err)
	}
	if err := r.Do(ctx, r.B().Set().Key("k").Value("w").Nx().Build()).Error(); !rueidis.IsRedisNil(err) {
		t.Errorf("got %v, want none", err)
	}
	is(t, "v")(r.Do(ctx, r.B().Getdel().Key("k").Build()).ToString())
	is(t, int64(2))(r.Do(ctx, r.B().Hset().Key("hash").FieldValue().FieldValue("a", "1").FieldValue("b", "2").Build()).ToInt64())
	is(t, map[string]string{"a": "1", "b": "2"})(r.Do(ctx, r.B().Hgetall().Key("hash").Build()).AsStrMap())
	is(t, int64(1))(r.Do(ctx, r.B().Sadd().Key("set").Member("a").Build()).ToInt64())
	is(t, []string{"a"})(r.Do(ctx, r.B().Smembers().Key("set").Build()).AsStrSlice())
	is(t, int64(2))(r.Do(ctx, r.B().Zadd().Key("sorted").ScoreMember().ScoreMember(1, "one").ScoreMember(2.5, "two").Build()).ToInt64())
	is(t, []rueidis.ZScore{{Member: "one", Score: 1}, {Member: "two", Score: 2.5}})(
		r.Do(ctx, r.B().Zrange().Key("sorted").Min("0").Max("-1").Withscores().Build()).AsZScores())

	const many = 1000
	pipeline := make(rueidis.Commands, many)
	for i := range pipeline {
		pipeline[i] = r.B().Set().Key(fmt.Sprint("scan:", i)).Value("").Build()
	}
	for _, reply := range r.DoMulti(ctx, pipeline...) {
		is(t, "OK")(reply.ToString())
	}
	found := make(map[string]bool)
	scan := rueidis.NewScanner(func(cursor uint64) (rueidis.ScanEntry, error) {
		return r.Do(ctx, r.B().Scan().Cursor(cursor).Match("scan:*").Count(50).Build()).AsScanEntry()
	})
	for key := range scan.Iter() {
		found[key] = true
	}
	is(t, many)(len(found), scan.Err())
}

func rueidisWaiting(t *testing.T, r rueidis.Client) {
	ctx := t.Context()
	if err := r.Do(ctx, r.B().Blpop().Key("queue").Timeout(0.05).Build()).Error(); !rueidis.IsRedisNil(err) {
		t.Errorf("got %v, want none", err)
	}
	job := make(chan rueidis.RedisResult)
	go func() {
		job <- r.Do(ctx, r.B().Blpop().Key("nothing", "queue").Timeout(patience.Seconds()).Build())
	}()
	eventually(t, "a client waits", func() bool {
		return !strings.Contains(must[string](t)(r.Do(ctx, r.B().Info().Section("clients").Build()).ToString()), "blocked_clients:0")
	})
	is(t, int64(1))(r.Do(ctx, r.B().Rpush().Key("queue").Element("job").Build()).ToInt64())
	reply := <-job
	is(t, []string{"queue", "job"})(reply.AsStrSlice())
}

func rueidisStream(t *testing.T, r rueidis.Client) {
	ctx := t.Context()
	is(t, "OK")(r.Do(ctx, r.B().XgroupCreate().Key(stream).Group("g").Id("$").Mkstream().Build()).ToString())
	id := must[string](t)(r.Do(ctx, r.B().Xadd().Key(stream).Id("*").FieldValue().FieldValue("n", "1").Build()).ToString())
	read := func() rueidis.RedisResult {
		return r.Do(ctx, r.B().Xreadgroup().Group("g", "c").Count(10).Block(50).Streams().Key(stream).Id(">").Build())
	}
	want := []rueidis.XRangeEntry{{ID: id, FieldValues: map[string]string{"n": "1"}}}
	first := read()
	is(t, map[string][]rueidis.XRangeEntry{stream: want})(first.AsXRead())
	if none := read(); !rueidis.IsRedisNil(none.Error()) {
		t.Errorf("got %v, want none", none)
	}
	claimed := must[[]rueidis.RedisMessage](t)(r.Do(ctx, r.B().Xautoclaim().Key(stream).Group("g").Consumer("d").MinIdleTime("0").Start("0").Build()).ToArray())
	is(t, want)(claimed[1].AsXRange())
	is(t, int64(1))(r.Do(ctx, r.B().Xack().Key(stream).Group("g").Id(id).Build()).ToInt64())
}

func rueidisTransaction(t *testing.T, r rueidis.Client) {
	ctx := t.Context()
	c, release := r.Dedicate()
	defer release()
	increment := func() rueidis.RedisResult {
		return c.DoMulti(ctx, c.B().Multi().Build(), c.B().Incr().Key("t").Build(), c.B().Exec().Build())[2]
	}
	is(t, "OK")(c.Do(ctx, c.B().Watch().Key("t").Build()).ToString())
	is(t, "OK")(r.Do(ctx, r.B().Set().Key("t").Value("7").Build()).ToString())
	if late := increment(); !rueidis.IsRedisNil(late.Error()) {
		t.Errorf("got %v, want none", late)
	}
	done := increment()
	is(t, []int64{8})(done.AsIntSlice())
}

// Who is cut goes on, and is subscribed again.
func rueidisMessages(t *testing.T, r rueidis.Client) {
	ctx, stop := context.WithCancel(t.Context())
	messages := make(chan string, 10)
	var listeners sync.WaitGroup
	defer listeners.Wait()
	defer stop()
	for _, what := range []rueidis.Completed{
		r.B().Subscribe().Channel("door").Build(), r.B().Psubscribe().Pattern("sensor.*").Build(),
	} {
		listeners.Go(func() {
			err := r.Receive(ctx, what, func(m rueidis.PubSubMessage) { messages <- m.Channel + " " + m.Message })
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	reach := func(channel, payload string) {
		t.Helper()
		eventually(t, "a subscriber of "+channel, func() bool {
			n, err := r.Do(ctx, r.B().Publish().Channel(channel).Message(payload).Build()).ToInt64()
			return err == nil && n == 1
		})
		is(t, channel+" "+payload)(hear(t, messages), nil)
	}
	reach("door", "open")
	reach("sensor.1", "hot")

	before := must[int64](t)(r.Do(ctx, r.B().ClientId().Build()).ToInt64())
	r.Do(ctx, r.B().ClientKill().TypePubsub().SkipmeNo().Build()) // of RESP3 its own connection
	r.Do(ctx, r.B().ClientKill().Id(before).SkipmeNo().Build())
	reach("door", "shut")
	reach("sensor.1", "cold")
	if after := must[int64](t)(r.Do(ctx, r.B().ClientId().Build()).ToInt64()); after == before {
		t.Errorf("got client %d again", after)
	}
}
