// The connection to the kiosk. It is made anew for ever, with full jitter, so
// that many screens do not come back in the same instant.

const FIRST = 500, SLOWEST = 10_000; // bounds of the pause before a new try, ms
const BEAT = 5000; // how often something has to be heard
const MISSED = 4; // beats without a word, after which the connection is dead

export class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class Socket {
  #on;
  #ws;
  #tries = 0;
  #retry;
  #asked; // the question that waits for its answer: one at a time
  #line = Promise.resolve(); // the questions behind it
  #quiet = 0;

  // on.message(kind, data), on.lost() and on.beat(), which is to ask something.
  constructor(on) {
    this.#on = on;
    addEventListener('online', () => this.#hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.#hurry());
    setInterval(() => this.#beat(), BEAT);
    this.#connect();
  }

  // ask sends a message and resolves to its answer; progress is called with
  // each report before it. It rejects with a Failure.
  ask(kind, data, progress) {
    const answer = this.#line.then(() => this.#send(kind, data, progress));
    this.#line = answer.catch(() => {});
    return answer;
  }

  #send(kind, data, progress) {
    return new Promise((resolve, reject) => {
      if (this.#ws?.readyState !== WebSocket.OPEN) throw new Failure('lost', 'not connected');
      this.#asked = { resolve, reject, progress };
      this.#ws.send(JSON.stringify({ type: kind, data }));
    });
  }

  #connect() {
    clearTimeout(this.#retry);
    const url = new URL('ws', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const ws = this.#ws = new WebSocket(url);
    ws.onmessage = (e) => ws === this.#ws && this.#hear(JSON.parse(e.data));
    ws.onclose = () => this.#lose(ws);
  }

  #hear({ type, data, error }) {
    this.#quiet = 0;
    this.#tries = 0;
    const asked = this.#asked;
    switch (type) {
      case 'progress':
        asked?.progress?.(data);
        return;
      case 'response':
        this.#asked = null;
        asked?.resolve(data);
        return;
      case 'error':
        this.#asked = null;
        asked?.reject(new Failure(data?.code ?? 'internal', data?.error ?? error ?? 'an error without a message'));
        return;
    }
    this.#on.message(type, data);
  }

  #beat() {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (++this.#quiet > MISSED) this.#lose(this.#ws);
    else if (!this.#asked) this.#on.beat();
  }

  #lose(ws) {
    if (ws !== this.#ws) return;
    ws.onclose = null;
    ws.close();
    this.#quiet = 0;
    this.#asked?.reject(new Failure('lost', 'connection lost'));
    this.#asked = null;
    this.#on.lost();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), Math.random() * Math.min(SLOWEST, FIRST * 2 ** this.#tries++));
  }

  // hurry tries at once: the network is back, or somebody looks.
  #hurry() {
    if (this.#ws.readyState === WebSocket.CLOSED || this.#ws.readyState === WebSocket.CLOSING) this.#connect();
  }
}
