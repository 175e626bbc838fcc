// The browser's end of a Daebus service: one WebSocket, which comes back for
// ever. daebus.d.ts says what it promises.

const BEAT = 2500; // ms between looks at the connection
const DEAF = 3; // looks without a word, then it is dead
const FIRST = 250, LONGEST = 2000; // ms before a new try
const CALLS = 256; // that wait
const BUFFER = 1 << 20; // bytes to send

export class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}

class Topic {
  value;
  epoch; // undefined: the next value has to come whole
  seq;
  changed = NaN; // by performance.now
  readers = new Set();

  constructor(name) {
    this.name = name;
  }

  get age() {
    return performance.now() - this.changed;
  }
}

export class Bus extends EventTarget {
  online = false;
  peer = '';
  service = '';
  version = '';

  #url;
  #socket; // none between two tries
  #topics = new Map();
  #pushes = new Map();
  #calls = new Map();
  #last = 0; // id
  #tries = 0; // since something was heard
  #deaf = 0; // looks since then
  #lead = Date.now() - performance.now();
  #retry;
  #beat;
  #end = new AbortController();

  constructor(url) {
    super();
    this.#url = new URL(url, globalThis.location?.href);
    this.#url.protocol = this.#url.protocol.replace('http', 'ws');
    const hurry = () => this.#hurry(), { signal } = this.#end;
    globalThis.addEventListener?.('online', hurry, { signal });
    globalThis.document?.addEventListener('visibilitychange', hurry, { signal });
    this.#beat = setInterval(() => this.#look(), BEAT);
    this.#dial();
  }

  /** @type {import('./daebus.js').Bus['call']} */
  call(kind, data = {}, options = {}) {
    const { timeout = 10_000, progress, signal } = options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#calls.size >= CALLS) throw new Failure('busy', `${CALLS} calls wait already`);
      const id = ++this.#last;
      const end = (settle) => (what) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#calls.delete(id);
        settle(what);
      };
      const call = { frame: { type: kind, data, id }, sent: false, progress, resolve: end(resolve), reject: end(reject) };
      const abort = () => call.reject(signal?.reason);
      const timer = setTimeout(() => call.reject(call.sent ? new Failure('timeout', 'no answer') : gone('not connected')), timeout);
      signal?.addEventListener('abort', abort);
      this.#calls.set(id, call);
      call.sent = this.#send(call.frame);
    });
  }

  subscribe(name, fn) {
    let topic = this.#topics.get(name);
    if (!topic) this.#ask(topic = new Topic(name));
    this.#topics.set(name, topic);
    const reader = (value) => fn(value, topic);
    topic.readers.add(reader);
    if (topic.seq !== undefined) tell([reader], topic.value);
    return () => {
      if (!topic.readers.delete(reader) || topic.readers.size) return;
      this.#topics.delete(name);
      this.#send({ type: '$unsubscribe', data: { topic: name } });
    };
  }

  on(kind, fn) {
    const fns = this.#pushes.get(kind) ?? new Set();
    this.#pushes.set(kind, fns.add(fn));
    return () => void fns.delete(fn);
  }

  publish(channel, data) {
    return this.#send({ type: 'broadcast', channel, data });
  }

  close() {
    this.#end.abort();
    clearInterval(this.#beat);
    this.#lose();
    clearTimeout(this.#retry);
    for (const call of this.#calls.values()) call.reject(gone('closed'));
  }

  #dial() {
    clearTimeout(this.#retry);
    this.#deaf = 0;
    const socket = this.#socket = new WebSocket(this.#url);
    socket.onopen = () => this.#resume();
    socket.onclose = () => this.#lose();
    socket.onmessage = ({ data }) => {
      this.#deaf = this.#tries = 0;
      this.#hear(JSON.parse(data));
    };
  }

  #resume() {
    this.online = true;
    this.#send({ type: '$hello', data: {} });
    this.#topics.forEach((topic) => this.#ask(topic));
    for (const call of this.#calls.values()) call.sent = this.#send(call.frame);
    this.dispatchEvent(new Event('online'));
  }

  #lose() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
    const pause = Math.random() * Math.min(LONGEST, FIRST * 2 ** this.#tries++); // not all screens at once
    this.#retry = setTimeout(() => this.#dial(), pause);
    for (const call of this.#calls.values()) if (call.sent) call.reject(gone('connection lost; the outcome is not known'));
    if (!this.online) return;
    this.online = false;
    this.dispatchEvent(new Event('offline'));
  }

  // look finds out a connection that is dead and does not say so. It counts
  // looks, not time: a page that is hidden, stopped or asleep looks seldom.
  #look() {
    const lead = Date.now() - performance.now(), slept = Math.abs(lead - this.#lead) > BEAT;
    this.#lead = lead;
    if (slept) this.#topics.forEach((topic) => { topic.epoch = undefined; }); // its age is wrong
    if (slept || ++this.#deaf > DEAF) this.#lose();
    else this.#send({ type: '$ping' });
  }

  // hurry: the network is back, or somebody looks.
  #hurry() {
    if (this.#send({ type: '$ping' })) return;
    this.#lose();
    this.#dial();
  }

  #send(message) {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > BUFFER) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  #ask({ name, epoch, seq }) {
    this.#send({ type: '$subscribe', data: { topic: name, epoch, seq } });
  }

  #hear({ type, data, id, error = data?.error, code = data?.code ?? 'internal' }) {
    const call = this.#calls.get(id);
    switch (type) {
      case '$topic': return this.#take(data);
      case '$hello': return this.#meet(data);
      case 'progress': return call?.progress && tell([call.progress], data);
      case 'response': return call?.resolve(data);
      case 'error':
        error = new Failure(code, error);
        return call ? call.reject(error) : this.dispatchEvent(new CustomEvent('error', { detail: error }));
    }
    tell(this.#pushes.get(type) ?? [], data);
  }

  #take({ topic: name, value, patch, from, epoch, seq, age }) {
    const topic = this.#topics.get(name);
    if (!topic) return;
    if (from !== undefined) {
      if (epoch !== topic.epoch || from !== topic.seq) {
        if (topic.epoch) this.#ask(Object.assign(topic, { epoch: undefined }));
        return;
      }
      value = merge(topic.value, patch);
    }
    Object.assign(topic, { value, epoch, seq, changed: performance.now() - age });
    tell(topic.readers, value);
  }

  // meet reloads a page of which there is a new version: once, as it remembers
  // that across the reload.
  #meet({ peer, service, version }) {
    const known = this.version;
    Object.assign(this, { peer, service, version: version || known });
    if (!known || !version || known === version) return;
    if (!this.dispatchEvent(new Event('update', { cancelable: true }))) return;
    try {
      if (sessionStorage.getItem('daebus.version') === version) return;
      sessionStorage.setItem('daebus.version', version);
    } catch {
      return; // no page
    }
    location.reload();
  }
}

export const connect = (url = '/ws') => new Bus(url);

const gone = (why) => new Failure('unavailable', why);

// tell calls them all, whatever one of them throws.
function tell(fns, data) {
  for (const fn of [...fns]) {
    try {
      fn(data);
    } catch (e) {
      queueMicrotask(() => { throw e; });
    }
  }
}

// merge applies a merge patch, RFC 7396, and changes neither of the two.
function merge(value, patch) {
  if (!plain(patch)) return patch;
  const members = new Map(plain(value) ? Object.entries(value) : []);
  for (const [name, part] of Object.entries(patch)) {
    if (part === null) members.delete(name);
    else members.set(name, merge(members.get(name), part));
  }
  return Object.fromEntries(members); // a member named __proto__ too
}

const plain = (v) => typeof v === 'object' && v !== null && !Array.isArray(v);
