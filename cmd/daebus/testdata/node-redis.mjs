// What a Node service does with its bus through node-redis, over the version of
// the protocol in the second argument; the first is the port.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const { createClient, WatchError } = createRequire(process.cwd() + '/')('redis');
const client = createClient({
  socket: { host: '127.0.0.1', port: Number(process.argv[2]), reconnectStrategy: 10 },
  RESP: Number(process.argv[3]),
  name: 'service',
});
client.on('error', () => {}); // it is cut below, and comes back by itself
await client.connect();
await client.flushAll();
assert.equal(await client.clientGetName(), 'service');

// Strings.
assert.equal(await client.set('k', 'v', { expiration: { type: 'PX', value: 100_000 } }), 'OK');
assert.ok(await client.pTTL('k') > 0);
assert.equal(await client.set('k', 'w', { condition: 'NX' }), null);
assert.equal(await client.getDel('k'), 'v');
assert.deepEqual(await Promise.all([1, 2, 3].map(() => client.incr('n'))), [1, 2, 3]);
assert.deepEqual(await client.mGet(['n', 'k']), ['3', null]);

// Collections.
assert.equal(await client.hSet('hash', { a: 1, b: 2 }), 2);
assert.deepEqual({ ...await client.hGetAll('hash') }, { a: '1', b: '2' });
assert.equal(await client.sAdd('set', ['a', 'b']), 2);
assert.deepEqual([...await client.sMembers('set')].sort(), ['a', 'b']);
const scores = [{ value: 'one', score: 1 }, { value: 'two', score: 2.5 }];
assert.equal(await client.zAdd('sorted', scores), 2);
assert.deepEqual(await client.zRangeWithScores('sorted', 0, -1), scores);

// Scanning.
const keys = Array.from({ length: 1000 }, (_, i) => `scan:${i}`);
await client.mSet(keys.map((k) => [k, '']));
const found = new Set();
for await (const some of client.scanIterator({ MATCH: 'scan:*', COUNT: 50 })) {
  for (const k of some) found.add(k);
}
assert.deepEqual([...found].sort(), keys.toSorted());

// Waiting: a connection of its own, as it holds up what comes behind it.
const waiter = await client.duplicate().connect();
assert.equal(await waiter.blPop('queue', 0.05), null);
const job = waiter.blPop(['nothing', 'queue'], 20);
await until(async () => (await client.info('clients')).includes('blocked_clients:1\r\n'));
await client.rPush('queue', 'job');
assert.deepEqual({ ...await job }, { key: 'queue', element: 'job' });

// A stream and its group.
const key = 'shop.*:stream';
await client.xGroupCreate(key, 'g', '$', { MKSTREAM: true });
const first = await client.xAdd(key, '*', { n: '1' });
const [unread] = await waiter.xReadGroup('g', 'c', { key, id: '>' }, { COUNT: 10, BLOCK: 50 });
assert.deepEqual(plain(unread), { name: key, messages: [{ id: first, message: { n: '1' } }] });
assert.equal(await waiter.xReadGroup('g', 'c', { key, id: '>' }, { BLOCK: 50 }), null);
assert.equal((await client.xPending(key, 'g')).pending, 1);
const claimed = await client.xAutoClaim(key, 'g', 'd', 0, '0');
assert.deepEqual(plain(claimed.messages), [{ id: first, message: { n: '1' } }]);
assert.equal(await client.xAck(key, 'g', first), 1);
assert.equal((await client.xInfoStream(key)).length, 1);

// A transaction, and one that comes too late.
assert.deepEqual(await client.multi().incr('t').incr('t').exec(), [1, 2]);
await waiter.watch('t');
await client.set('t', '7');
await assert.rejects(waiter.multi().incr('t').exec(), WatchError);
await waiter.watch('t');
assert.deepEqual(await waiter.multi().incr('t').exec(), [8]);

// Publish and subscribe.
const subscriber = client.duplicate().on('error', () => {});
await subscriber.connect();
const heard = [];
await subscriber.subscribe('door', (message) => heard.push(message));
await subscriber.pSubscribe('sensor.*', (message, channel) => heard.push(channel + ' ' + message));
assert.equal(await client.publish('door', 'open'), 1);
assert.equal(await client.publish('sensor.1', 'hot'), 1);
await until(() => heard.length === 2);
assert.deepEqual(heard, ['open', 'sensor.1 hot']);

// Who is cut comes back, and is subscribed again.
const before = await client.clientId();
const back = new Promise((resolve) => client.once('ready', resolve));
assert.equal(await waiter.clientKill({ filter: 'TYPE', type: 'pubsub' }), 1);
assert.equal(await waiter.clientKill({ filter: 'ID', id: before }), 1);
await back;
assert.notEqual(await client.clientId(), before);
await until(async () => await client.publish('sensor.1', 'cold') === 1);
await until(() => heard.length === 3);
assert.equal(heard[2], 'sensor.1 cold');

await Promise.all([client, waiter, subscriber].map((c) => c.close()));
console.log('fine');

/** @param reply whose objects may have no prototype */
function plain(reply) {
  return JSON.parse(JSON.stringify(reply));
}

async function until(ok) {
  const late = Date.now() + 20_000;
  while (!await ok()) {
    assert.ok(Date.now() < late, 'waited in vain');
    await new Promise(setImmediate);
  }
}
