// daebus.js against a server that is played here: no socket, and no clock but
// the test's own.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { connect, Failure } from './daebus.js';

// play replaces the world of one test: sockets, timers and the two clocks.
function play(t) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  let now = 0, asleep = 0;
  t.mock.method(performance, 'now', () => now);
  t.mock.method(Date, 'now', () => now + asleep);
  t.mock.method(Math, 'random', () => 0.5);
  const sockets = [];
  const before = globalThis.WebSocket;
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    bufferedAmount = 0;
    sent = [];
    constructor(url) {
      this.url = String(url);
      sockets.push(this);
    }
    send(text) { this.sent.push(JSON.parse(text)); }
    close() { this.readyState = 3; }
    open() {
      this.readyState = 1;
      this.onopen();
    }
    say(frame) { this.onmessage?.({ data: JSON.stringify(frame) }); }
    drop() {
      this.readyState = 3;
      this.onclose?.();
    }
    // asked are the messages of a type, but for heartbeats.
    asked(type) { return this.sent.filter((m) => m.type === type); }
  };
  const bus = connect('http://kiosk.local/ws');
  t.after(() => {
    bus.close();
    globalThis.WebSocket = before;
  });
  return {
    bus,
    sockets,
    get socket() { return sockets.at(-1); },
    pass(ms) {
      for (; ms > 0; ms -= 100) {
        now += 100;
        t.mock.timers.tick(100);
      }
    },
    // stall has no timer run meanwhile; in sleep the page's own clock stops too.
    stall(ms) { now += ms; },
    sleep(ms) { asleep += ms; },
  };
}

const snapshot = (value, seq = 1, epoch = 'a', age = 0) => ({ type: '$topic', data: { topic: 'x', epoch, seq, age, value } });
const delta = (patch, from, seq, epoch = 'a') => ({ type: '$topic', data: { topic: 'x', epoch, seq, from, age: 0, patch } });

test('the address is that of a WebSocket', (t) => {
  const p = play(t);
  assert.equal(p.socket.url, 'ws://kiosk.local/ws');
});

test('a call gets its progress and its answer', async (t) => {
  const p = play(t);
  p.socket.open();
  const steps = [];
  const one = p.bus.call('add', { a: 1 }, { progress: (s) => steps.push(s) });
  const two = p.bus.call('add');
  const [first, second] = p.socket.asked('add');
  assert.deepEqual([first.data, second.data], [{ a: 1 }, {}]);
  p.socket.say({ type: 'response', data: 'two', id: second.id });
  p.socket.say({ type: 'progress', data: 50, id: first.id });
  p.socket.say({ type: 'response', data: 'one', id: first.id });
  assert.deepEqual([await one, await two, steps], ['one', 'two', [50]]);
});

test('a call fails with the code of the service', async (t) => {
  const p = play(t);
  p.socket.open();
  const call = p.bus.call('add');
  p.socket.say({ type: 'error', data: { error: 'too many', code: 'busy' }, id: p.socket.asked('add')[0].id });
  await assert.rejects(call, (e) => e instanceof Failure && e.code === 'busy' && e.message === 'too many');
});

test('a call waits for a connection, and not for ever', async (t) => {
  const p = play(t);
  const soon = p.bus.call('add', {}, { timeout: 1000 }), later = p.bus.call('add', {}, { timeout: 3000 });
  p.pass(1000);
  await assert.rejects(soon, { code: 'unavailable' });
  p.socket.open();
  assert.equal(p.socket.asked('add').length, 1);
  p.pass(2000);
  await assert.rejects(later, { code: 'timeout' });
});

test('a call whose connection is lost is not asked again', async (t) => {
  const p = play(t);
  p.socket.open();
  const call = p.bus.call('pay');
  p.socket.drop();
  await assert.rejects(call, { code: 'unavailable' });
  p.pass(200);
  p.socket.open();
  assert.equal(p.socket.asked('pay').length, 0);
});

test('a call is ended by its signal', async (t) => {
  const p = play(t);
  p.socket.open();
  const end = new AbortController();
  const call = p.bus.call('add', {}, { signal: end.signal });
  end.abort(new Error('enough'));
  await assert.rejects(call, /enough/);
  await assert.rejects(p.bus.call('add', {}, { signal: end.signal }), /enough/);
});

test('calls that wait are bounded', async (t) => {
  const p = play(t);
  const calls = Array.from({ length: 256 }, () => p.bus.call('add'));
  await assert.rejects(p.bus.call('add'), { code: 'busy' });
  p.bus.close();
  for (const r of await Promise.allSettled(calls)) assert.equal(r.reason.code, 'unavailable');
});

test('a topic is kept by snapshot and delta, and its age grows', (t) => {
  const p = play(t);
  p.socket.open();
  const seen = [];
  p.bus.subscribe('x', (value, topic) => seen.push([value, topic.seq, topic.age]));
  assert.deepEqual(p.socket.asked('$subscribe')[0].data, { topic: 'x' });
  p.socket.say(snapshot({ a: 1, b: { c: 2, d: 3 }, gone: 0 }, 7, 'a', 1200));
  p.socket.say(delta({ a: 5, b: { c: null }, gone: null, n: { deep: null } }, 7, 9));
  assert.deepEqual(seen, [[{ a: 1, b: { c: 2, d: 3 }, gone: 0 }, 7, 1200], [{ a: 5, b: { d: 3 }, n: {} }, 9, 0]]);
  let known;
  p.bus.subscribe('x', (_, topic) => { known = topic; });
  p.pass(3000);
  assert.deepEqual([known.age, known.epoch, known.name], [3000, 'a', 'x']);
  assert.equal(p.socket.asked('$subscribe').length, 1, 'one subscription for all readers');
});

test('a member named __proto__ is a member', (t) => {
  const p = play(t);
  p.socket.open();
  let value;
  p.bus.subscribe('x', (v) => { value = v; });
  p.socket.say(snapshot({ a: 1 }));
  p.socket.onmessage({ data: '{"type":"$topic","data":{"topic":"x","epoch":"a","seq":2,"from":1,"age":0,"patch":{"__proto__":{"b":2}}}}' });
  assert.equal(value.b, undefined);
  assert.deepEqual(Object.keys(value), ['a', '__proto__']);
});

test('a delta that does not fit is asked for whole, once', (t) => {
  const p = play(t);
  p.socket.open();
  const seen = [];
  p.bus.subscribe('x', (value) => seen.push(value));
  p.socket.say(snapshot({ a: 1 }));
  p.socket.say(delta({ a: 3 }, 2, 3));
  p.socket.say(delta({ a: 4 }, 3, 4));
  assert.deepEqual(p.socket.asked('$subscribe').map((m) => m.data), [{ topic: 'x' }, { topic: 'x', seq: 1 }]);
  p.socket.say(snapshot({ a: 4 }, 4));
  p.socket.say(delta({ a: 5 }, 4, 5));
  assert.deepEqual(seen, [{ a: 1 }, { a: 4 }, { a: 5 }]);
});

test('a topic is resumed after a lost connection', (t) => {
  const p = play(t);
  p.socket.open();
  const seen = [];
  p.bus.subscribe('x', (value, { epoch }) => seen.push([value, epoch]));
  p.socket.say(snapshot({ a: 1 }, 4));
  p.socket.drop();
  p.pass(200);
  p.socket.open();
  assert.deepEqual(p.socket.asked('$subscribe')[0].data, { topic: 'x', epoch: 'a', seq: 4 });
  p.socket.say(delta({ a: 2 }, 4, 9));
  p.socket.say(snapshot({ a: 3 }, 1, 'b'));
  assert.deepEqual(seen, [[{ a: 1 }, 'a'], [{ a: 2 }, 'a'], [{ a: 3 }, 'b']]);
});

test('the last reader of a topic unsubscribes', (t) => {
  const p = play(t);
  p.socket.open();
  let calls = 0;
  const ends = [p.bus.subscribe('x', () => calls++), p.bus.subscribe('x', () => calls++)];
  ends[0]();
  ends[0]();
  assert.equal(p.socket.asked('$unsubscribe').length, 0);
  ends[1]();
  assert.deepEqual(p.socket.asked('$unsubscribe').map((m) => m.data), [{ topic: 'x' }]);
  p.socket.say(snapshot({}));
  assert.equal(calls, 0);
});

test('a reader that throws stops nobody else', (t) => {
  const p = play(t);
  p.socket.open();
  const later = [];
  t.mock.method(globalThis, 'queueMicrotask', (fn) => later.push(fn));
  let value;
  p.bus.on('message', () => { throw new Error('mine'); });
  p.bus.on('message', (v) => { value = v; });
  p.socket.say({ type: 'message', data: 7 });
  assert.equal(value, 7);
  assert.throws(later[0], /mine/);
});

test('pushes and publishing', (t) => {
  const p = play(t);
  assert.equal(p.bus.publish('door', { open: true }), false);
  p.socket.open();
  const seen = [];
  const end = p.bus.on('identify', (v) => seen.push(v));
  p.socket.say({ type: 'identify', data: 1 });
  end();
  p.socket.say({ type: 'identify', data: 2 });
  assert.deepEqual(seen, [1]);
  assert.equal(p.bus.publish('door', { open: true }), true);
  assert.deepEqual(p.socket.asked('broadcast'), [{ type: 'broadcast', channel: 'door', data: { open: true } }]);
  p.socket.bufferedAmount = 2 << 20;
  assert.equal(p.bus.publish('door', {}), false, 'what waits is bounded');
});

test('what nobody waits for is an error event', (t) => {
  const p = play(t);
  p.socket.open();
  const codes = [];
  p.bus.addEventListener('error', (e) => codes.push(e.detail.code, e.detail.message));
  p.socket.say({ type: 'error', data: { error: 'no such topic', code: 'not_found' } });
  p.socket.say({ type: 'error', error: 'not for browsers', code: 'denied' });
  p.socket.say({ type: 'error', error: 'Invalid JSON' });
  assert.deepEqual(codes, ['not_found', 'no such topic', 'denied', 'not for browsers', 'internal', 'Invalid JSON']);
});

test('it dials for ever, with pauses that grow to their bound', (t) => {
  const p = play(t);
  const events = [];
  for (const name of ['online', 'offline']) p.bus.addEventListener(name, () => events.push(name));
  p.socket.open();
  const pauses = [];
  for (let i = 0; i < 100; i++) {
    const count = p.sockets.length;
    p.socket.drop();
    let pause = 0;
    for (; p.sockets.length === count; pause += 100) p.pass(100);
    pauses.push(pause);
  }
  assert.deepEqual(pauses.slice(0, 5), [200, 300, 500, 1000, 1000]);
  assert.equal(Math.max(...pauses), 1000); // half of the bound, as the dice say here
  assert.deepEqual(events, ['online', 'offline']);
  p.socket.open();
  p.socket.say({ type: '$pong' });
  p.socket.drop();
  p.pass(200);
  assert.equal(p.sockets.length, 102, 'what is heard makes the next pause short again');
});

test('a silent connection is dead after four looks, one that answers is not', (t) => {
  const p = play(t);
  p.socket.open();
  for (let i = 0; i < 20; i++) {
    p.pass(2500);
    p.socket.say({ type: '$pong' });
  }
  assert.equal(p.socket.asked('$ping').length, 20);
  p.pass(7500);
  assert.equal(p.bus.online, true);
  p.pass(2500);
  assert.equal(p.bus.online, false);
  p.pass(200);
  assert.equal(p.sockets.length, 2);
});

test('a try that hangs is given up', (t) => {
  const p = play(t);
  p.pass(10_200);
  assert.equal(p.sockets.length, 2);
});

test('a page whose timers are throttled stays connected', (t) => {
  const p = play(t);
  p.socket.open();
  for (let i = 0; i < 10; i++) {
    p.stall(60_000);
    p.pass(2500);
    p.socket.say({ type: '$pong' });
  }
  assert.equal(p.sockets.length, 1);
});

test('after sleep the connection is new and values come whole', (t) => {
  const p = play(t);
  p.socket.open();
  p.bus.subscribe('x', () => {});
  p.socket.say(snapshot({ a: 1 }, 4));
  p.sleep(3_600_000); // the page's own clock stands still meanwhile
  p.pass(2700);
  assert.equal(p.sockets.length, 2);
  p.socket.open();
  assert.equal(p.socket.asked('$subscribe')[0].data.epoch, undefined);
});

test('a new version of the page', async (t) => {
  const stored = new Map();
  let reloads = 0;
  globalThis.sessionStorage = { getItem: (k) => stored.get(k) ?? null, setItem: (k, v) => stored.set(k, v) };
  globalThis.location = { href: 'http://kiosk.local/', reload: () => reloads++ };
  t.after(() => {
    delete globalThis.sessionStorage;
    delete globalThis.location;
  });
  // versions is a page that is told of them one after the other.
  const versions = (t, ...list) => {
    const p = play(t);
    if (list[0] === 'kept') p.bus.addEventListener('update', (e) => e.preventDefault());
    p.socket.open();
    for (const version of list) p.socket.say({ type: '$hello', data: { peer: 'user_1', service: 'kiosk', version } });
    return reloads;
  };
  await t.test('reloads it once', (t) => assert.equal(versions(t, '', '1', '1', '', '2', '2'), 1));
  await t.test('is no loop when an old one comes first again', (t) => assert.equal(versions(t, '1', '2'), 1));
  await t.test('can wait for the page', (t) => assert.equal(versions(t, 'kept', '3'), 1));
  await t.test('and the next one reloads it again', (t) => assert.equal(versions(t, '2', '3'), 2));
});
