// The last five minutes of a device, in rings of fixed length: a page that is
// left open for a year takes no more memory than one of five minutes.

const POINTS = 300;
const STEP = 900; // rounds closer than this share a point, ms
const LINES = 24;
const PLOTTED = ['cpu', 'memory', 'load', 'network', 'temperature', 'humidity', 'voltage', 'current', 'power'];

export class History {
  length = 0;
  #next = 0;
  #times = new Float64Array(POINTS);
  #lines = new Map(); // of rings by reading, NaN where nothing was measured

  // add takes one round in, which was heard at a moment of the page's clock.
  add(at, readings) {
    if (this.length === 0 || at - this.time(this.length - 1) >= STEP) this.#grow(at);
    for (const { id, kind, value } of readings) {
      if (value != null && PLOTTED.includes(kind)) this.#set(id, value);
    }
  }

  // joined is the past as the kiosk knows it. A kiosk that was started anew knows
  // less: then what is older is our own.
  joined({ ages_ms, lines }, now) {
    if (ages_ms.length === 0) return this;
    const all = new History();
    for (let i = 0; i < this.length && this.time(i) < now - ages_ms[0] - STEP; i++) {
      all.#grow(this.time(i));
      for (const id of this.#lines.keys()) all.#set(id, this.value(id, i));
    }
    ages_ms.forEach((age, i) => {
      all.#grow(now - age);
      for (const id of Object.keys(lines)) all.#set(id, lines[id][i] ?? NaN);
    });
    return all;
  }

  has(id) {
    return this.#lines.has(id);
  }

  // time is when point i was measured, from 0, the oldest, to length-1.
  time(i) {
    return this.#times[this.#slot(i)];
  }

  value(id, i) {
    return this.#lines.get(id)?.[this.#slot(i)] ?? NaN;
  }

  #slot(i) {
    return (this.#next - this.length + i + POINTS) % POINTS;
  }

  #grow(at) {
    const slot = this.#next;
    this.#times[slot] = at;
    for (const [id, line] of this.#lines) {
      line[slot] = NaN;
      if (slot === 0 && line.every(Number.isNaN)) this.#lines.delete(id);
    }
    this.#next = (slot + 1) % POINTS;
    this.length = Math.min(this.length + 1, POINTS);
  }

  #set(id, value) {
    let line = this.#lines.get(id);
    if (!line) {
      if (this.#lines.size >= LINES) return;
      this.#lines.set(id, line = new Float32Array(POINTS).fill(NaN));
    }
    line[(this.#next + POINTS - 1) % POINTS] = value;
  }
}
