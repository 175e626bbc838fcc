// daebus.js against a real service, whose address is in KIOSK. Its action "cut"
// cuts every connection.

import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { connect } from './daebus.js';

const bus = connect(`${process.env.KIOSK}/ws`);
after(() => bus.close());

const next = (name) => new Promise((resolve) => bus.addEventListener(name, resolve, { once: true }));

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

test('a lost connection comes back', async () => {
  const offline = next('offline'), online = next('online');
  await assert.rejects(bus.call('cut'), { code: 'unavailable' });
  await offline;
  await online;
  assert.deepEqual(await bus.call('greet', { name: 'Bob' }), { text: 'hello Bob' });
});
