// The table of all readings.

import { $, keyed, make, mark, text } from './dom.js';
import { age, quantity } from './format.js';
import { fading, quality } from './state.js';

function row({ reading }) {
  const name = make('b'), id = make('small'), number = make('b'), unit = make('span'), word = make('span', { class: 'quality' });
  const reason = make('small'), old = make('td', { class: 'number' });
  const root = make('tr', { 'data-id': reading.id },
    make('th', { scope: 'row' }, name, id),
    make('td', { class: 'number' }, number, ' ', unit),
    make('td', {}, word, reason),
    old);
  return { root, name, id, number, unit, word, reason, old };
}

export function showReadings(state) {
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
    mark(part.root, 'value', String(r.value ?? null));
    part.root.style.setProperty('--fade', fading(device, r, now).toFixed(2));
  });
  return (now) => {
    const device = state.device;
    show(device ? device.readings.map((reading) => ({ device, reading, now })) : []);
  };
}
