package clients_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestGoRedis(t *testing.T) {
	for _, version := range []int{2, 3} {
		t.Run(fmt.Sprintf("RESP%d", version), func(t *testing.T) {
			each(t, func(t *testing.T, addr string) {
				r := redis.NewClient(&redis.Options{Addr: addr, DB: database, Protocol: version, ClientName: "service"})
				defer r.Close()
				is(t, "OK")(r.FlushDB(t.Context()).Result())
				is(t, "service")(r.ClientGetName(t.Context()).Result())
				goRedisData(t, r)
				goRedisWaiting(t, r)
				goRedisStream(t, r)
				goRedisTransaction(t, r)
				goRedisMessages(t, r)
			})
		})
	}
}

func goRedisData(t *testing.T, r *redis.Client) {
	ctx := t.Context()
	is(t, "OK")(r.Set(ctx, "k", "v", time.Minute).Result())
	if left := r.PTTL(ctx, "k").Val(); left <= 0 || left > time.Minute {
		t.Errorf("got %v left, want up to a minute", left)
	}
	if err := r.SetArgs(ctx, "k", "w", redis.SetArgs{Mode: "NX"}).Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("got %v, want none", err)
	}
	is(t, "v")(r.GetDel(ctx, "k").Result())
	is(t, 2.5)(r.IncrByFloat(ctx, "n", 2.5).Result())
	is(t, []any{"2.5", nil})(r.MGet(ctx, "n", "k").Result())
	is(t, int64(2))(r.HSet(ctx, "hash", "a", 1, "b", 2).Result())
	is(t, map[string]string{"a": "1", "b": "2"})(r.HGetAll(ctx, "hash").Result())
	is(t, int64(2))(r.SAdd(ctx, "set", "a", "b").Result())
	is(t, map[string]struct{}{"a": {}, "b": {}})(r.SMembersMap(ctx, "set").Result())
	sorted := []redis.Z{{Score: 1, Member: "one"}, {Score: 2.5, Member: "two"}}
	is(t, int64(2))(r.ZAdd(ctx, "sorted", sorted...).Result())
	is(t, sorted)(r.ZRangeWithScores(ctx, "sorted", 0, -1).Result())
	is(t, 2.5)(r.ZScore(ctx, "sorted", "two").Result())

	const many = 1000
	keys := make([]any, 0, 2*many)
	for i := range many {
		keys = append(keys, fmt.Sprint("scan:", i), "")
	}
	is(t, "OK")(r.MSet(ctx, keys...).Result())
	found := make(map[string]bool)
	scan := r.Scan(ctx, 0, "scan:*", 50).Iterator()
	for scan.Next(ctx) {
		found[scan.Val()] = true
	}
	is(t, many)(len(found), scan.Err())
}

func goRedisWaiting(t *testing.T, r *redis.Client) {
	ctx := t.Context()
	if err := r.BLPop(ctx, 50*time.Millisecond, "queue").Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("got %v, want none", err)
	}
	job := make(chan *redis.StringSliceCmd)
	go func() { job <- r.BLPop(ctx, patience, "nothing", "queue") }()
	eventually(t, "a client waits", func() bool {
		return !strings.Contains(r.Info(ctx, "clients").Val(), "blocked_clients:0")
	})
	is(t, int64(1))(r.RPush(ctx, "queue", "job").Result())
	is(t, []string{"queue", "job"})((<-job).Result())
}

func goRedisStream(t *testing.T, r *redis.Client) {
	ctx := t.Context()
	is(t, "OK")(r.XGroupCreateMkStream(ctx, stream, "g", "$").Result())
	id := must[string](t)(r.XAdd(ctx, &redis.XAddArgs{Stream: stream, Values: []any{"n", 1}, MaxLen: 100, Approx: true}).Result())
	want := redis.XMessage{ID: id, Values: map[string]any{"n": "1"}}
	read := &redis.XReadGroupArgs{Group: "g", Consumer: "c", Streams: []string{stream, ">"}, Count: 10, Block: 50 * time.Millisecond}
	is(t, []redis.XStream{{Stream: stream, Messages: []redis.XMessage{want}}})(r.XReadGroup(ctx, read).Result())
	if err := r.XReadGroup(ctx, read).Err(); !errors.Is(err, redis.Nil) {
		t.Errorf("got %v, want none", err)
	}
	is(t, &redis.XPending{Count: 1, Lower: id, Higher: id, Consumers: map[string]int64{"c": 1}})(r.XPending(ctx, stream, "g").Result())
	claimed, next, err := r.XAutoClaim(ctx, &redis.XAutoClaimArgs{Stream: stream, Group: "g", Consumer: "d", Start: "0"}).Result()
	is(t, []redis.XMessage{want})(claimed, err)
	is(t, "0-0")(next, nil)
	is(t, int64(1))(r.XAck(ctx, stream, "g", id).Result())
	if about := must[*redis.XInfoStreamFull](t)(r.XInfoStreamFull(ctx, stream, 0).Result()); about.Length != 1 || len(about.Groups) != 1 || len(about.Groups[0].Consumers) != 2 {
		t.Errorf("got %+v, want an entry, a group and its two consumers", about)
	}
}

func goRedisTransaction(t *testing.T, r *redis.Client) {
	ctx := t.Context()
	add := func(p redis.Pipeliner) error { return p.Incr(ctx, "t").Err() }
	late := func(tx *redis.Tx) error {
		r.Set(ctx, "t", 7, 0) // on another connection
		_, err := tx.TxPipelined(ctx, add)
		return err
	}
	if err := r.Watch(ctx, late, "t"); !errors.Is(err, redis.TxFailedErr) {
		t.Errorf("got %v, want %v", err, redis.TxFailedErr)
	}
	if err := r.Watch(ctx, func(tx *redis.Tx) error {
		_, err := tx.TxPipelined(ctx, add)
		return err
	}, "t"); err != nil {
		t.Error(err)
	}
	is(t, "8")(r.Get(ctx, "t").Result())
	got, err := r.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Get(ctx, "t")
		p.LPop(ctx, "t")
		p.Incr(ctx, "t")
		return nil
	})
	if err == nil || !strings.HasPrefix(got[1].Err().Error(), "WRONGTYPE") || got[2].Err() != nil {
		t.Errorf("got %v, %v, want one error amid replies", got, err)
	}
}

// Who is cut goes on, and is subscribed again.
func goRedisMessages(t *testing.T, r *redis.Client) {
	ctx := t.Context()
	sub := r.Subscribe(ctx, "door")
	defer sub.Close()
	if err := sub.PSubscribe(ctx, "sensor.*"); err != nil {
		t.Fatal(err)
	}
	messages := make(chan string, 10)
	go func() {
		defer close(messages)
		for m := range sub.Channel() {
			messages <- m.Channel + " " + m.Payload
		}
	}()
	reach := func(channel, payload string) {
		t.Helper()
		eventually(t, "a subscriber of "+channel, func() bool { return r.Publish(ctx, channel, payload).Val() == 1 })
		is(t, channel+" "+payload)(hear(t, messages), nil)
	}
	reach("door", "open")
	reach("sensor.1", "hot")
	is(t, map[string]int64{"door": 1})(r.PubSubNumSub(ctx, "door").Result())

	before := must[int64](t)(r.ClientID(ctx).Result())
	is(t, int64(1))(r.ClientKillByFilter(ctx, "TYPE", "pubsub").Result())
	if n, err := r.ClientKillByFilter(ctx, "ID", fmt.Sprint(before), "SKIPME", "no").Result(); err == nil && n != 1 {
		t.Errorf("got %d killed, want 1", n)
	}
	if after := must[int64](t)(r.ClientID(ctx).Result()); after == before {
		t.Errorf("got client %d again", after)
	}
	reach("door", "shut")
	reach("sensor.1", "cold")
}
