// What a Node service does with its bus through ioredis; the argument is the port.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { once } from 'node:events';

const { Redis } = createRequire(process.cwd() + '/')('ioredis');
const client = new Redis({ port: Number(process.argv[2]), connectionName: 'service', retryStrategy: () => 10 });
await client.flushall();
assert.equal(await client.client('GETNAME'), 'service');

// Strings.
assert.equal(await client.set('k', 'v', 'PX', 100_000), 'OK');
assert.ok(await client.pttl('k') > 0);
assert.equal(await client.set('k', 'w', 'NX'), null);
assert.equal(await client.getdel('k'), 'v');
assert.deepEqual(await client.pipeline().incr('n').get('n').lpop('n').exec().then((all) => all.map(([err, reply]) => err?.message ?? reply)),
  [1, '1', 'WRONGTYPE Operation against a key holding the wrong kind of value']);

// Collections.
assert.equal(await client.hset('hash', { a: 1, b: 2 }), 2);
assert.deepEqual(await client.hgetall('hash'), { a: '1', b: '2' });
assert.equal(await client.sadd('set', 'a', 'b'), 2);
assert.deepEqual((await client.smembers('set')).sort(), ['a', 'b']);
assert.equal(await client.zadd('sorted', 1, 'one', 2.5, 'two'), 2);
assert.deepEqual(await client.zrange('sorted', 0, -1, 'WITHSCORES'), ['one', '1', 'two', '2.5']);
assert.deepEqual(await client.getBuffer('none'), null);

// Scanning.
const keys = Array.from({ length: 1000 }, (_, i) => `scan:${i}`);
await client.mset(Object.fromEntries(keys.map((k) => [k, ''])));
const found = new Set();
for await (const some of client.scanStream({ match: 'scan:*', count: 50 })) {
  for (const k of some) found.add(k);
}
assert.deepEqual([...found].sort(), keys.toSorted());

// Waiting: a connection of its own, as it holds up what comes behind it.
const waiter = client.duplicate();
assert.equal(await waiter.blpop('queue', 0.05), null);
const job = waiter.blpop('nothing', 'queue', 20);
await until(async () => (await client.info('clients')).includes('blocked_clients:1\r\n'));
await client.rpush('queue', 'job');
assert.deepEqual(await job, ['queue', 'job']);

// A stream and its group.
const key = 'shop.*:stream';
await client.xgroup('CREATE', key, 'g', '$', 'MKSTREAM');
const first = await client.xadd(key, '*', 'n', '1');
assert.deepEqual(await waiter.xreadgroup('GROUP', 'g', 'c', 'COUNT', 10, 'BLOCK', 50, 'STREAMS', key, '>'), [[key, [[first, ['n', '1']]]]]);
assert.equal(await waiter.xreadgroup('GROUP', 'g', 'c', 'BLOCK', 50, 'STREAMS', key, '>'), null);
assert.deepEqual(await client.xpending(key, 'g'), [1, first, first, [['c', '1']]]);
assert.deepEqual(await client.xautoclaim(key, 'g', 'd', 0, '0'), ['0-0', [[first, ['n', '1']]], []]);
assert.equal(await client.xack(key, 'g', first), 1);

// A transaction, and one that comes too late.
assert.deepEqual(await client.multi().incr('t').incr('t').exec(), [[null, 1], [null, 2]]);
await waiter.watch('t');
await client.set('t', '7');
assert.equal(await waiter.multi().incr('t').exec(), null);

// Publish and subscribe.
const subscriber = client.duplicate();
const heard = [];
subscriber.on('message', (_, message) => heard.push(message));
subscriber.on('pmessage', (_, channel, message) => heard.push(channel + ' ' + message));
await subscriber.subscribe('door');
await subscriber.psubscribe('sensor.*');
assert.equal(await client.publish('door', 'open'), 1);
assert.equal(await client.publish('sensor.1', 'hot'), 1);
await until(() => heard.length === 2);
assert.deepEqual(heard, ['open', 'sensor.1 hot']);

// Who is cut comes back, and is subscribed again.
const before = await client.client('ID');
const back = once(client, 'ready');
assert.equal(await waiter.client('KILL', 'TYPE', 'pubsub'), 1);
assert.equal(await waiter.client('KILL', 'ID', before), 1);
await back;
assert.notEqual(await client.client('ID'), before);
await until(async () => await client.publish('sensor.1', 'cold') === 1);
await until(() => heard.length === 3);
assert.equal(heard[2], 'sensor.1 cold');

await Promise.all([client, waiter, subscriber].map((c) => c.quit()));
console.log('fine');

async function until(ok) {
  const late = Date.now() + 20_000;
  while (!await ok()) {
    assert.ok(Date.now() < late, 'waited in vain');
    await new Promise(setImmediate);
  }
}
