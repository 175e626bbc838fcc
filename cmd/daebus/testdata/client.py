"""What a Python service does with its bus, whose address is in the argument as the
arguments of redis.Redis.

It asserts as it goes and ends with one word. It runs with redis-py 4.3, as
Debian 12 has it, and later; from version 5 on over both versions of the protocol.
"""

import asyncio
import sys
import threading
import time
import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry


def strings(r):
    assert r.set("k", "v", px=100_000) and 0 < r.pttl("k") <= 100_000
    assert r.set("k", "w", nx=True) is None and r.getdel("k") == b"v"
    assert r.incrby("n", 41) == 41 and r.incrbyfloat("n", 0.5) == 41.5
    assert r.mget("n", "k") == [b"41.5", None]


def collections(r):
    assert r.hset("hash", mapping={"a": 1, "b": 2}) == 2
    assert r.hgetall("hash") == {b"a": b"1", b"b": b"2"}
    assert r.sadd("set", "a", "b") == 2 and r.smembers("set") == {b"a", b"b"}
    assert r.zadd("sorted", {"one": 1, "two": 2.5}) == 2
    assert [tuple(e) for e in r.zrange("sorted", 0, -1, withscores=True)] == [(b"one", 1), (b"two", 2.5)]
    assert r.zscore("sorted", "two") == 2.5


def scan(r):
    keys = {b"scan:%d" % i for i in range(1000)}
    r.mset({k: b"" for k in keys})
    assert set(r.scan_iter("scan:*", count=50)) == keys
    r.hset("fields", mapping={k: b"" for k in keys})
    assert {k for k, _ in r.hscan_iter("fields", count=50)} == keys


def blocking(r):
    assert r.blpop(["queue"], timeout=0.05) is None
    with thread(lambda: until(lambda: r.info("clients")["blocked_clients"] == 1) and r.rpush("queue", "job")):
        assert pair(r.blpop(["nothing", "queue"], timeout=20)) == (b"queue", b"job")
    r.rpush("queue", "job")
    assert r.blmove("queue", "done", 1, "LEFT", "RIGHT") == b"job"
    r.zadd("sorted", {"low": -1})
    assert tuple(r.bzpopmin("sorted", timeout=1)) == (b"sorted", b"low", -1)


def stream(r):
    key = "shop.*:stream"
    assert r.xgroup_create(key, "g", mkstream=True)
    first, second = r.xadd(key, {"n": 1}), r.xadd(key, {"n": 2}, maxlen=100)
    assert entries(r.xreadgroup("g", "c", {key: ">"}, count=1)) == [(first, {b"n": b"1"})]
    assert r.xack(key, "g", first) == 1
    assert entries(r.xreadgroup("g", "c", {key: ">"}, block=50)) == [(second, {b"n": b"2"})]
    assert not r.xreadgroup("g", "c", {key: ">"}, block=50)
    assert r.xpending(key, "g")["pending"] == 1
    assert r.xpending_range(key, "g", "-", "+", 10)[0]["consumer"] == b"c"
    claimed = r.xautoclaim(key, "g", "d", 0)
    assert [tuple(e) for e in claimed[1]] == [(second, {b"n": b"2"})]
    assert r.xinfo_groups(key)[0]["name"] == b"g" and r.xinfo_stream(key)["length"] == 2
    assert [e[0] for e in r.xrevrange(key)] == [second, first]


def transaction(r):
    with r.pipeline(transaction=True) as t:
        assert t.incr("t").incr("t").execute() == [1, 2]
    with r.pipeline() as t:
        t.watch("t")
        r.set("t", 7)  # by somebody else
        t.multi()
        t.incr("t")
        try:
            t.execute()
            assert False, "not watched"
        except redis.WatchError:
            pass
    assert r.transaction(lambda t: t.multi() or t.incr("t"), "t") == [8]
    with r.pipeline(transaction=False) as t:
        assert t.set("t", "word").incr("t").get("t").execute(raise_on_error=False)[::2] == [True, b"word"]


def lock(r):
    with r.lock("lock", timeout=30) as held:
        assert not r.lock("lock", timeout=30).acquire(blocking=False)
        assert held.extend(60) and 30_000 < r.pttl("lock") <= 90_000
        assert held.reacquire() and r.pttl("lock") <= 30_000
    assert not r.exists("lock")


def pubsub(r):
    p = r.pubsub(ignore_subscribe_messages=True)
    p.subscribe("door")
    p.psubscribe("sensor.*")
    until(lambda: r.publish("door", "open") == 1 and r.publish("sensor.1", "hot") == 1)
    assert next_of(p)["data"] == b"open"
    got = next_of(p)
    assert (got["pattern"], got["channel"], got["data"]) == (b"sensor.*", b"sensor.1", b"hot")
    big = b"x" * 300_000
    assert r.publish("door", big) == 1 and next_of(p)["data"] == big
    assert pair(r.pubsub_numsub("door")[0]) == (b"door", 1) and r.pubsub_numpat() == 1
    return p


def killed(r, p):
    """Whose connections are cut goes on, and is subscribed again."""
    before = r.client_id()
    assert r.execute_command("CLIENT", "KILL", "TYPE", "pubsub") == 1
    try:
        r.client_kill_filter(_id=before, skipme=False)
    except redis.ConnectionError:
        pass
    assert r.client_id() != before
    heard = None

    def again():
        nonlocal heard
        try:
            r.publish("sensor.1", "cold")
            heard = p.get_message(timeout=0.1)
        except redis.ConnectionError:
            pass
        return heard
    until(again)
    assert heard["data"] == b"cold"
    p.close()


async def together(options):
    """Many tasks share a pool of connections, one of which waits."""
    async with redis.asyncio.Redis(**options) as r:
        job = asyncio.ensure_future(r.blpop(["jobs"], timeout=20))
        counts = await asyncio.gather(*(r.hincrby("together", "n", 1) for _ in range(100)))
        assert sorted(counts) == list(range(1, 101))
        await r.rpush("jobs", "job")
        assert pair(await job) == (b"jobs", b"job")
        p = r.pubsub(ignore_subscribe_messages=True)
        await p.psubscribe("sensor.*")
        late = time.monotonic() + 20
        while await r.publish("sensor.1", "hot") != 1:
            assert time.monotonic() < late, "waited in vain"
        while not (got := await p.get_message(timeout=1)):
            assert time.monotonic() < late, "waited in vain"
        assert got["data"] == b"hot"
        await p.punsubscribe()


def entries(reply):
    """What XREADGROUP replied of one stream: a map in version 3 of the protocol."""
    found = reply[b"shop.*:stream"][0] if isinstance(reply, dict) else reply[0][1]
    return [tuple(e) for e in found]


def pair(reply):
    return tuple(reply)


def next_of(p):
    got = None

    def one():
        nonlocal got
        got = p.get_message(timeout=1)
        return got
    until(one)
    return got


def until(ok):
    late = time.monotonic() + 20
    while not ok():
        assert time.monotonic() < late, "waited in vain"
    return True


class thread(threading.Thread):
    """Runs beside what is in its with."""
    def __init__(self, run):
        super().__init__(target=run)

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.join()


options = eval(sys.argv[1])
versions = [{}] if int(redis.__version__.split(".")[0]) < 5 else [{"protocol": 2}, {"protocol": 3}]
for version in versions:
    client = redis.Redis(**options, **version, client_name="service",
                         retry=Retry(NoBackoff(), 3), retry_on_error=[redis.ConnectionError])
    client.flushall()
    assert client.ping() and client.client_getname() in (b"service", "service")
    for step in (strings, collections, scan, blocking, stream, transaction, lock):
        step(client)
    killed(client, pubsub(client))
    client.close()
    asyncio.run(together({**options, **version}))
print("fine")
