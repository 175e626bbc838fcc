// What the page knows. Past moments are kept on the page's own monotonic clock
// (performance.now), as "this long ago": no clock has to be right for an age to
// be.

import { History } from './history.js';

// The order in which kinds of readings are shown; others come last.
const kinds = ['cpu', 'memory', 'load', 'temperature', 'humidity', 'pressure', 'voltage', 'current', 'power', 'fan',
  'filesystem', 'disk', 'network', 'uptime', 'alarm'];
const rank = ({ kind }) => (kinds.indexOf(kind) + 1) || kinds.length + 1;
const { compare } = new Intl.Collator('en', { numeric: true });
const byKind = (a, b) => rank(a) - rank(b) || compare(a.id, b.id);

// The worst that nobody has seen comes first, what is over last.
const urgency = (a) => (!a.active ? 0 : a.acknowledged ? 1 : a.level === 'critical' ? 3 : 2);
const byUrgency = (a, b) => urgency(b) - urgency(a) || Date.parse(b.since) - Date.parse(a.since);

export class State {
  bus; // { up, gap_ms, outages, since }; none: nothing has been heard yet
  kiosk = { screens: 0, refused: 0 };
  devices = new Map(); // by name, in the order of the names
  alerts = [];
  calls = {};
  selected = null; // the name of the device that is looked at
  online = false;
  since = performance.now(); // that it is so
  lost = 0; // connections
  #source;

  constructor(bus, changed) {
    this.#source = bus;
    const turn = (online) => () => {
      this.online = online;
      this.since = performance.now();
      this.lost += online ? 0 : 1;
      if (online) this.#recall();
      changed();
    };
    bus.addEventListener('online', turn(true));
    bus.addEventListener('offline', turn(false));

    const take = (topic, how) => bus.subscribe(topic, (value, about) => {
      how(value, performance.now() - about.age);
      changed();
    });
    take('devices', (value, at) => this.#take(value, at));
    take('alerts', (value) => { this.alerts = Object.values(value).sort(byUrgency); });
    take('bus', (value, since) => { this.bus = { ...value, since }; });
    take('calls', (value) => { this.calls = value; });
    take('kiosk', (value) => { this.kiosk = value; });
  }

  get device() {
    return this.devices.get(this.selected);
  }

  select(name) {
    this.selected = name;
    this.#recall();
  }

  // take has every device as of its latest round. The latest of all arrived at,
  // and how long before that the others did follows from the kiosk's clock.
  #take(value, at) {
    const latest = Math.max(...Object.values(value).map((d) => d.at_ms));
    const devices = new Map();
    for (const name of Object.keys(value).sort()) {
      const { sequence, at_ms, every_ms, readings } = value[name];
      const known = this.devices.get(name), heard = at - (latest - at_ms);
      const device = {
        name, sequence, heard,
        every: every_ms,
        readings: Object.entries(readings).map(([id, r]) => ({ id, ...r, taken: heard - r.age_ms })).sort(byKind),
        history: known?.history ?? new History(),
      };
      if (known?.sequence !== sequence) device.history.add(heard, device.readings);
      devices.set(name, device);
    }
    this.devices = devices;
    if (!this.device && devices.size > 0) this.select(devices.keys().next().value);
  }

  // recall asks for the past of the device that is looked at: what came before
  // the page, or while it was not connected.
  #recall() {
    const name = this.selected;
    if (name === null) return;
    this.#source.call('history', { device: name }).then((past) => {
      const device = this.devices.get(name);
      if (device) device.history = device.history.joined(past, performance.now());
    }).catch(() => {}); // then the plot begins now
  }
}

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
