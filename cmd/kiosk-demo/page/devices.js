// The devices that have been heard of, and how long ago.

import { $, keyed, make, mark, text } from './dom.js';
import { age } from './format.js';
import { silent } from './state.js';

export function showDevices(state, redraw) {
  const empty = $('#devices .empty');
  const show = keyed($('#devices ul'), (i) => i.device.name, ({ device: { name } }) => {
    const title = make('b'), old = make('span');
    const button = make('button', { type: 'button', 'data-name': name }, title, old);
    button.addEventListener('click', () => {
      state.select(name);
      redraw();
    });
    return { root: make('li', {}, button), button, title, old };
  }, (part, { device: d, now }) => {
    const gone = silent(d, now);
    text(part.title, d.name);
    text(part.old, gone ? `silent for ${age(now - d.heard)}` : `${d.readings.length} readings, ${age(now - d.heard)}`);
    mark(part.button, 'tone', gone ? 'warn' : 'good');
    part.button.setAttribute('aria-pressed', d.name === state.selected);
  });
  return (now) => {
    show([...state.devices.values()].map((device) => ({ device, now })));
    empty.hidden = state.devices.size > 0;
  };
}
