// Gauges of the main readings. A gauge takes the colour of an alert on its
// reading; the page has no thresholds of its own.

import { $, draw, keyed, make, mark, text } from './dom.js';
import { age, quantity } from './format.js';
import { fading } from './state.js';

const percent = () => 100;

// What is shown, in this order: how to find the reading, and the full scale.
const gauges = [
  { name: 'Processor', find: (all) => all.find((r) => r.id === 'cpu.usage') ?? all.find((r) => r.kind === 'cpu' && r.unit === '%'), full: percent },
  { name: 'Memory', find: (all) => all.find((r) => r.id === 'memory.used') ?? all.find((r) => r.kind === 'memory' && r.unit === '%'), full: percent },
  { name: 'Temperature', find: temperature, full: percent },
  { name: 'Load', find: (all) => all.find((r) => r.id === 'load.1') ?? all.find((r) => r.kind === 'load'), full: load },
  { name: 'Disk', find: (all) => all.find((r) => r.id === 'fs./.used') ?? all.find((r) => r.kind === 'filesystem' && r.unit === '%'), full: percent },
];

// temperature is that of the processor, else the first that was measured.
function temperature(all) {
  const measured = all.filter((r) => r.kind === 'temperature' && r.value != null);
  return measured.find((r) => /cpu|soc|core|package/i.test(r.id + r.name)) ?? measured[0];
}

// load has no natural end: the scale is the next power of two over what the
// last five minutes have seen.
function load({ history }, reading) {
  let highest = Math.max(1, reading.value ?? 0);
  for (let i = 0; i < history.length; i++) highest = Math.max(highest, history.value(reading.id, i) || 0);
  return 2 ** Math.ceil(Math.log2(highest));
}

const ARC = 'M 21.7 78.3 A 40 40 0 1 1 78.3 78.3'; // 270° around 50,50

function create() {
  const value = draw('path', { d: ARC, pathLength: '100', class: 'value' });
  const number = make('b'), unit = make('span'), name = make('h2'), note = make('p');
  const dial = draw('svg', { viewBox: '6 6 88 79', 'aria-hidden': 'true' }, draw('path', { d: ARC, class: 'track' }), value);
  const figure = make('p', { class: 'figure' }, number, ' ', unit);
  const root = make('article', { class: 'gauge card' }, name, make('div', { class: 'dial' }, dial, figure), note);
  return { root, value, number, unit, name, note };
}

export function showGauges(state) {
  const root = $('#gauges');
  const show = keyed(root, (g) => g.name, create, (part, { name, device, reading, full, level, now }) => {
    const [number, unit] = quantity(reading.value, reading.unit);
    const old = now - reading.taken, fade = fading(device, reading, now);
    text(part.name, name);
    text(part.number, number);
    text(part.unit, unit);
    text(part.note, reading.value == null ? reading.reason ?? reading.quality : fade > 0 ? `${age(old)} old` : reading.name ?? reading.id);
    const share = Math.min(1, Math.max(0, (reading.value ?? 0) / full));
    part.value.style.strokeDasharray = `${share * 100} 200`;
    part.value.style.opacity = share === 0 ? 0 : 1; // a round cap would leave a dot
    part.root.style.setProperty('--fade', fade.toFixed(2));
    mark(part.root, 'level', level);
    mark(part.root, 'id', reading.id);
  });
  return (now) => {
    const device = state.device;
    const shown = [];
    for (const g of gauges) {
      const reading = device && g.find(device.readings);
      if (!reading || reading.quality === 'absent') continue;
      const alerts = state.alerts.filter((a) => a.active && a.device === device.name && a.reading === reading.id);
      const level = alerts.some((a) => a.level === 'critical') ? 'critical' : alerts.length ? 'warning' : '';
      shown.push({ name: g.name, device, reading, full: g.full(device, reading), level, now });
    }
    show(shown);
  };
}
