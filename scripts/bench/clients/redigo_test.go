package clients_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"
)

func TestRedigo(t *testing.T) {
	each(t, func(t *testing.T, addr string) {
		pool := &redis.Pool{
			Dial: func() (redis.Conn, error) {
				return redis.Dial("tcp", addr, redis.DialDatabase(database), redis.DialClientName("service"))
			},
			TestOnBorrow: func(c redis.Conn, _ time.Time) error {
				_, err := c.Do("PING")
				return err
			},
			MaxIdle: 2,
		}
		defer pool.Close()
		c := pool.Get()
		defer c.Close()
		is(t, "OK")(c.Do("FLUSHDB"))
		is(t, "service")(redis.String(c.Do("CLIENT", "GETNAME")))
		redigoData(t, c)
		redigoWaiting(t, pool, c)
		redigoStream(t, c)
		redigoTransaction(t, pool, c)
		redigoMessages(t, pool, c)
	})
}

func redigoData(t *testing.T, c redis.Conn) {
	is(t, "OK")(c.Do("SET", "k", "v", "PX", 100_000))
	if left := must[int](t)(redis.Int(c.Do("PTTL", "k"))); left <= 0 || left > 100_000 {
		t.Errorf("got %d ms left, want up to 100000", left)
	}
	is(t, nil)(c.Do("SET", "k", "w", "NX"))
	is(t, "v")(redis.String(c.Do("GETDEL", "k")))
	is(t, int64(2))(c.Do("HSET", redis.Args{}.Add("hash").AddFlat(map[string]int{"a": 1, "b": 2})...))
	is(t, map[string]int{"a": 1, "b": 2})(redis.IntMap(c.Do("HGETALL", "hash")))
	is(t, int64(2))(c.Do("SADD", "set", "a", "b"))
	is(t, true)(redis.Bool(c.Do("SISMEMBER", "set", "b")))
	is(t, int64(2))(c.Do("ZADD", "sorted", 1, "one", 2.5, "two"))
	is(t, map[string]float64{"one": 1, "two": 2.5})(redis.Float64Map(c.Do("ZRANGE", "sorted", 0, -1, "WITHSCORES")))

	const many = 1000
	for i := range many {
		c.Send("SET", fmt.Sprint("scan:", i), "")
	}
	is(t, many)(len(must[[]any](t)(redis.Values(c.Do("")))), nil)
	found, cursor := make(map[string]bool), "0"
	for {
		page := must[[]any](t)(redis.Values(c.Do("SCAN", cursor, "MATCH", "scan:*", "COUNT", 50)))
		for _, key := range must[[]string](t)(redis.Strings(page[1], nil)) {
			found[key] = true
		}
		if cursor = must[string](t)(redis.String(page[0], nil)); cursor == "0" {
			break
		}
	}
	is(t, many)(len(found), nil)
}

func redigoWaiting(t *testing.T, pool *redis.Pool, c redis.Conn) {
	waiter := pool.Get()
	defer waiter.Close()
	is(t, nil)(waiter.Do("BLPOP", "queue", 0.05))
	waiter.Send("BLPOP", "nothing", "queue", patience.Seconds())
	waiter.Flush()
	eventually(t, "a client waits", func() bool {
		return !strings.Contains(must[string](t)(redis.String(c.Do("INFO", "clients"))), "blocked_clients:0")
	})
	is(t, int64(1))(c.Do("RPUSH", "queue", "job"))
	is(t, []string{"queue", "job"})(redis.Strings(redis.ReceiveWithTimeout(waiter, patience)))
}

func redigoStream(t *testing.T, c redis.Conn) {
	is(t, "OK")(c.Do("XGROUP", "CREATE", stream, "g", "$", "MKSTREAM"))
	id := must[string](t)(redis.String(c.Do("XADD", stream, "MAXLEN", "~", 100, "*", "n", 1)))
	entry := []any{[]byte(id), []any{[]byte("n"), []byte("1")}}
	read := []any{"GROUP", "g", "c", "COUNT", 10, "BLOCK", 50, "STREAMS", stream, ">"}
	is(t, []any{[]any{[]byte(stream), []any{entry}}})(c.Do("XREADGROUP", read...))
	is(t, nil)(c.Do("XREADGROUP", read...))
	is(t, []any{int64(1), []byte(id), []byte(id), []any{[]any{[]byte("c"), []byte("1")}}})(c.Do("XPENDING", stream, "g"))
	is(t, []any{[]byte("0-0"), []any{entry}, []any{}})(c.Do("XAUTOCLAIM", stream, "g", "d", 0, "0"))
	is(t, int64(1))(c.Do("XACK", stream, "g", id))
}

func redigoTransaction(t *testing.T, pool *redis.Pool, c redis.Conn) {
	other := pool.Get()
	defer other.Close()
	increment := func() (any, error) {
		c.Send("MULTI")
		c.Send("INCR", "t")
		return c.Do("EXEC")
	}
	is(t, "OK")(c.Do("WATCH", "t"))
	is(t, "OK")(other.Do("SET", "t", 7))
	is(t, nil)(increment())
	is(t, []any{int64(8)})(increment())
	var wrong redis.Error
	if _, err := c.Do("LPOP", "t"); !errors.As(err, &wrong) || !strings.HasPrefix(string(wrong), "WRONGTYPE") {
		t.Errorf("got %v, want WRONGTYPE", err)
	}
}

// A connection that is cut says so, and the pool dials another.
func redigoMessages(t *testing.T, pool *redis.Pool, c redis.Conn) {
	sub := redis.PubSubConn{Conn: pool.Get()}
	defer sub.Close()
	next := func() any { return sub.ReceiveWithTimeout(patience) }
	if err := errors.Join(sub.Subscribe("door"), sub.PSubscribe("sensor.*")); err != nil {
		t.Fatal(err)
	}
	is(t, redis.Subscription{Kind: "subscribe", Channel: "door", Count: 1})(next(), nil)
	is(t, redis.Subscription{Kind: "psubscribe", Channel: "sensor.*", Count: 2})(next(), nil)
	is(t, int64(1))(c.Do("PUBLISH", "door", "open"))
	is(t, int64(1))(c.Do("PUBLISH", "sensor.1", "hot"))
	is(t, redis.Message{Channel: "door", Data: []byte("open")})(next(), nil)
	is(t, redis.Message{Channel: "sensor.1", Pattern: "sensor.*", Data: []byte("hot")})(next(), nil)
	if err := sub.Ping("still"); err != nil {
		t.Fatal(err)
	}
	is(t, redis.Pong{Data: "still"})(next(), nil)

	idle := pool.Get()
	before := must[int](t)(redis.Int(idle.Do("CLIENT", "ID")))
	idle.Close()
	is(t, int64(1))(c.Do("CLIENT", "KILL", "TYPE", "pubsub"))
	is(t, int64(1))(c.Do("CLIENT", "KILL", "ID", before))
	if err, ok := next().(error); !ok {
		t.Errorf("got %v, want that the connection is cut", err)
	}
	again := pool.Get()
	defer again.Close()
	if after := must[int](t)(redis.Int(again.Do("CLIENT", "ID"))); after == before {
		t.Errorf("got client %d again", after)
	}
}
