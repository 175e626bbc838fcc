// The lists at the side: alerts, and the devices that have been seen.

import { $, keyed, make, mark, text } from './dom.js';
import { age, plain, when } from './format.js';
import { silent } from './state.js';

export function showAlerts(state) {
  const empty = $('#alerts .empty'), title = $('#alerts-title');
  const show = keyed($('#alerts ul'), (a) => `${a.device} ${a.id}`, () => {
    const words = make('b'), level = make('span', { class: 'level' }), since = make('small');
    return { root: make('li', {}, make('p', {}, level, ' ', words), since), words, level, since };
  }, (part, a) => {
    const at = when(Date.parse(a.since), state.wall());
    const reading = state.devices.get(a.device)?.readings.find((r) => r.id === a.reading);
    const value = `${reading?.name ?? a.reading}${a.value == null ? '' : ` ${plain(a.value, a.unit)}`}`;
    text(part.level, a.active ? a.level : 'ended');
    text(part.words, a.text);
    text(part.since, a.active ? `${value}, since ${at}` : `${value}, ${at}`);
    mark(part.root, 'level', a.active ? a.level : '');
  });
  return () => {
    const active = state.alerts.filter((a) => a.active).length;
    show(state.alerts);
    text(title, active ? `Alerts: ${active} active` : 'Alerts');
    text(empty, state.ready ? 'No alerts.' : 'Not known yet.');
    empty.hidden = state.alerts.length > 0;
  };
}

export function showDevices(state, redraw) {
  const empty = $('#devices .empty');
  const show = keyed($('#devices ul'), (d) => d.name, ({ name }) => {
    const title = make('b'), old = make('span');
    const button = make('button', { type: 'button' }, title, old);
    button.addEventListener('click', () => {
      state.selected = name;
      redraw();
    });
    return { root: make('li', {}, button), button, title, old };
  }, (part, d) => {
    const now = performance.now();
    text(part.title, d.name);
    text(part.old, silent(d, now) ? `silent for ${age(now - d.heard)}` : `${d.readings.length} readings, ${age(now - d.heard)}`);
    mark(part.button, 'tone', silent(d, now) ? 'warn' : 'good');
    part.button.setAttribute('aria-pressed', d.name === state.selected);
  });
  return () => {
    const devices = [...state.devices.values()].sort((a, b) => a.name.localeCompare(b.name));
    show(devices);
    empty.hidden = devices.length > 0;
  };
}
