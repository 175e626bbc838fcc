// The table of all readings, and the choice of the sampling interval.

import { $, keyed, make, mark, text } from './dom.js';
import { age, quantity } from './format.js';
import { fading, quality } from './state.js';

const intervals = [100, 250, 500, 1000, 2000, 5000, 10_000, 60_000];
const label = (ms) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

function row() {
  const name = make('b'), id = make('small'), number = make('b'), unit = make('span'), word = make('span', { class: 'quality' });
  const reason = make('small'), old = make('td', { class: 'number' });
  const root = make('tr', {},
    make('th', { scope: 'row' }, name, id),
    make('td', { class: 'number' }, number, ' ', unit),
    make('td', {}, word, reason),
    old);
  return { root, name, id, number, unit, word, reason, old };
}

export function showReadings(state, socket) {
  const show = keyed($('#readings tbody'), (i) => i.reading.id, row, (part, { device, reading: r, now }) => {
    const [number, unit] = quantity(r.value, r.unit);
    const is = quality(r, now);
    text(part.name, r.name ?? r.id);
    text(part.id, r.name ? r.id : '');
    text(part.number, number);
    text(part.unit, unit);
    text(part.word, is);
    mark(part.word, 'quality', is);
    text(part.reason, is === 'good' ? '' : is === r.quality ? r.reason ?? '' : 'expired');
    text(part.old, age(now - r.taken));
    part.root.style.setProperty('--fade', fading(device, r, now).toFixed(2));
  });
  const choice = interval(socket);
  return (now) => {
    const device = state.device;
    show(device ? device.readings.map((reading) => ({ device, reading, now })) : []);
    choice(state);
  };
}

// interval shows how often the sensor samples, and sets it.
function interval(socket) {
  const select = $('#interval');
  for (const ms of intervals) select.append(new Option(label(ms), ms));
  const other = new Option('–', '');
  other.hidden = true;
  select.append(other);
  let held = 0; // until then the choice stands, and not what is observed

  select.addEventListener('change', async () => {
    held = Infinity;
    try {
      const { milliseconds } = await socket.ask('interval', { milliseconds: Number(select.value) });
      held = performance.now() + 3 * milliseconds;
    } catch {
      held = 0;
    }
  });
  return ({ device, connected }) => {
    select.disabled = !connected || !device;
    if (performance.now() < held || document.activeElement === select) return;
    const every = device?.every ?? 0;
    const known = intervals.find((ms) => Math.abs(ms - every) < ms * 0.2);
    other.textContent = every ? label(every >= 1000 ? Math.round(every / 1000) * 1000 : Math.round(every)) : '–';
    select.value = known ?? '';
  };
}
