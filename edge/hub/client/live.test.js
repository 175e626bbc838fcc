// daebus.js against a real service, whose address is in KIOSK. It shows what it
// is told to "show" on the topic climate, pushes what it hears on the channel
// door, and "cut" ends a connection.

import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from './daebus.js';

const bus = connect(`${process.env.KIOSK}/ws`);
after(() => bus.close());

const next = (name) => new Promise((resolve) => bus.addEventListener(name, resolve, { once: true }));

// heard gathers what a reader of the topic is called with, and waits for more.
function heard(topic) {
  const values = [];
  let wake = () => {};
  const end = bus.subscribe(topic, (value, about) => {
    values.push({ value, seq: about.seq, age: about.age, epoch: about.epoch });
    wake();
  });
  const until = async (n) => {
    while (values.length < n) await new Promise((resolve) => { wake = resolve; });
    return values[n - 1];
  };
  return { values, until, end };
}

test('the service has this very file', async () => {
  const first = await fetch(`${process.env.KIOSK}/daebus.js`);
  assert.equal(await first.text(), await readFile(new URL('daebus.js', import.meta.url), 'utf8'));
  const again = await fetch(`${process.env.KIOSK}/daebus.js`, { headers: { 'If-None-Match': first.headers.get('ETag') } });
  assert.equal(again.status, 304);
});

test('a call is answered', async () => {
  assert.deepEqual(await bus.call('greet', { name: 'Ann' }), { text: 'hello Ann' });
  assert.equal(await bus.call('nothing'), null);
});

test('the service says who it is', async () => {
  assert.match(bus.peer, /^user_/);
  assert.deepEqual([bus.service, bus.version], ['kiosk', 'v1']);
});

test('progress comes before the answer', async () => {
  const steps = [];
  assert.equal(await bus.call('count', 3, { progress: (n) => steps.push(n) }), 'done');
  assert.deepEqual(steps, [1, 2, 3]);
});

test('calls fail with a code', async () => {
  await assert.rejects(bus.call('greet', { name: '' }), { code: 'invalid', message: 'name is empty' });
  await assert.rejects(bus.call('unknown'), { code: 'not_found' });
});

test('answers find their calls', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `n${i}`);
  const answers = await Promise.all(names.map((name) => bus.call('greet', { name })));
  assert.deepEqual(answers.map((a) => a.text), names.map((name) => `hello ${name}`));
});

test('what the service pushes arrives', async () => {
  const pushed = new Promise((resolve) => bus.on('message', resolve));
  await bus.call('push', { text: 'lunch' });
  assert.deepEqual(await pushed, { text: 'lunch' });
});

test('what is published gets to the bus', async () => {
  const pushed = new Promise((resolve) => bus.on('door', resolve));
  assert.equal(bus.publish('door', { open: true }), true);
  assert.deepEqual(await pushed, { open: true });
  const error = next('error');
  bus.publish('vault', { open: true });
  assert.equal((await error).detail.code, 'denied');
});

test('a topic is a value, and then what changes', async () => {
  await bus.call('show', { celsius: 20, room: { name: 'hall', door: 'open' } });
  const { until, values, end } = heard('climate');
  assert.deepEqual((await until(1)).value, { celsius: 20, room: { name: 'hall', door: 'open' } });
  await bus.call('show', { celsius: 20, room: { name: 'hall' } });
  const second = await until(2);
  assert.deepEqual(second.value, { celsius: 20, room: { name: 'hall' } });
  assert.ok(second.age >= 0 && second.age < 60_000, `age ${second.age}`);
  assert.equal(second.epoch, values[0].epoch);
  end();
});

test('a topic goes on where it was after a lost connection', async () => {
  const { until, values, end } = heard('climate');
  await until(1);
  const online = next('online');
  await assert.rejects(bus.call('cut'), { code: 'unavailable' });
  await online;
  await bus.call('show', { celsius: 23 });
  assert.deepEqual((await until(2)).value, { celsius: 23 });
  assert.equal(values[1].seq, values[0].seq + 1);
  end();
});

test('a topic that is not there is said to be so', async () => {
  const error = next('error');
  bus.subscribe('nothing', () => {})();
  assert.equal((await error).detail.code, 'not_found');
});

test('a lost connection comes back', async () => {
  const offline = next('offline'), online = next('online');
  await assert.rejects(bus.call('cut'), { code: 'unavailable' });
  await offline;
  await online;
  assert.deepEqual(await bus.call('greet', { name: 'Bob' }), { text: 'hello Bob' });
});
