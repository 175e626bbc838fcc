// What the page knows. Past moments are kept on the page's own monotonic clock
// (performance.now), as "this long ago": no clock has to be right for an age to
// be. The server's time of day is used for showing times only.

const WINDOW = 5 * 60_000; // what plots show, ms
const STEP = 900; // rounds closer than this share a point of a plot, ms
const DEVICES = 16; // remembered; beyond it the one silent longest is forgotten
const LINES = 128; // of one device's plots

export class State {
  connected = false;
  ready = false; // has anything been heard yet?
  bus = { up: false, since: 0, gap: 0 };
  devices = new Map();
  alerts = [];
  calls = {};
  selected = null;
  #version;
  #offset = Date.now() - performance.now(); // from our clock to the server's time of day

  lost() {
    this.connected = false;
  }

  // wall is the server's time of day at a moment of our clock.
  wall(moment = performance.now()) {
    return moment + this.#offset;
  }

  apply(kind, data) {
    const now = performance.now();
    switch (kind) {
      case 'state': return this.#begin(data, now);
      case 'readings': return extend(this.#readings(data, now), now);
      case 'bus': this.bus = bus(data, now); return;
      case 'alerts': this.alerts = data; return;
      case 'calls': this.calls = data; return;
    }
  }

  #begin(data, now) {
    if (this.#version && this.#version !== data.version) return location.reload(); // the kiosk was updated
    this.#version = data.version;
    this.#offset = Date.parse(data.time) - now;
    this.connected = this.ready = true;
    this.bus = bus(data.bus, now);
    this.alerts = data.alerts;
    this.calls = data.calls;
    // A kiosk that started anew knows less than we do: what we have stays.
    for (const d of data.devices) {
      const device = this.#readings(d, now);
      if (device.history.times.length < d.history.ages_ms.length) device.history = history(d.history, now);
    }
  }

  #readings(data, now) {
    const known = this.devices.get(data.device);
    const device = {
      name: data.device,
      heard: now - data.age_ms,
      every: data.every_ms,
      readings: data.readings.map((r) => ({ ...r, taken: now - r.age_ms })),
      history: known?.history ?? history({ ages_ms: [], lines: {} }, now),
    };
    this.devices.set(device.name, device);
    this.selected ??= device.name;
    if (this.devices.size > DEVICES) this.#forget();
    return device;
  }

  // forget leaves the device alone that somebody looks at.
  #forget() {
    const others = [...this.devices.values()].filter((d) => d.name !== this.selected);
    this.devices.delete(others.reduce((a, b) => (b.heard < a.heard ? b : a)).name);
  }

  get device() {
    return this.devices.get(this.selected);
  }
}

const bus = (b, now) => ({ up: b.up, since: now - b.since_ms, gap: b.gap_ms });

// silent tells whether a device should have been heard of by now: two rounds
// are missing, or all that it said has expired.
export function silent({ every, heard, readings }, now) {
  const longest = Math.max(0, ...readings.map((r) => r.holds_ms));
  const patience = every ? Math.max(every * 1.5 + 1000, Math.min(every * 3 + 2000, longest)) : longest;
  return now - heard > patience;
}

// fading is how far a reading has gone from fresh (0) to expired (1).
export function fading(device, reading, now) {
  if (!['good', 'suspect', 'stale'].includes(reading.quality)) return 1;
  const age = now - reading.taken, fresh = Math.min(device.every * 1.5 + 1000, reading.holds_ms);
  if (age >= reading.holds_ms) return 1;
  return Math.max(0, (age - fresh) / (reading.holds_ms - fresh));
}

// quality is a reading's quality by now.
export function quality(reading, now) {
  const aged = reading.quality === 'good' || reading.quality === 'suspect';
  return aged && now - reading.taken > reading.holds_ms ? 'stale' : reading.quality;
}

// history has lines without a prototype: an ID may be any word.
function history(h, now) {
  return { times: h.ages_ms.map((ms) => now - ms), lines: Object.assign(Object.create(null), h.lines) };
}

// extend adds the latest round to the plots.
function extend({ readings, history: { times, lines } }, now) {
  const grow = times.length === 0 || now - times.at(-1) >= STEP;
  if (grow) {
    times.push(now);
    for (const line of Object.values(lines)) line.push(null);
  }
  for (const r of readings) {
    if (r.value == null || quality(r, now) === 'stale') continue;
    if (!lines[r.id] && Object.keys(lines).length >= LINES) continue;
    const line = (lines[r.id] ??= Array(times.length).fill(null));
    line[times.length - 1] = r.value;
  }
  while (times.length > 2 && now - times[0] > WINDOW + 5000) {
    times.shift();
    for (const [id, line] of Object.entries(lines)) {
      line.shift();
      if (line.every((v) => v == null)) delete lines[id];
    }
  }
}
