// What the page, the kiosk and the bus say of themselves, and how long commands
// take.

import { $, keyed, make, text } from './dom.js';
import { span, took } from './format.js';

export function showSystem(state, bus) {
  const link = figures($('#link')), wire = figures($('#bus')), kiosk = figures($('#kiosk'));
  const none = $('#calls .empty'), calls = latencies($('#calls tbody'));
  return (now) => {
    const { bus: b, kiosk: k } = state, echo = state.calls.echo;
    link({
      State: `${state.online ? 'connected' : 'not connected'} for ${span(now - state.since)}`,
      'Connections lost': String(state.lost),
      Name: bus.peer || '–',
      Page: bus.version || '–',
    });
    wire({
      State: !b ? 'not known yet' : `${b.up ? 'up' : 'down'} for ${span(now - b.since)}`,
      Outages: b ? String(b.outages) : '–',
      'Last outage': b?.gap_ms ? span(b.gap_ms) : '–',
      'Round trip, p50': echo?.p50_ms ? took(echo.p50_ms) : '–',
      'Round trip, p99': echo?.p99_ms ? took(echo.p99_ms) : '–',
    });
    kiosk({
      Service: bus.service || '–',
      Screens: String(k.screens),
      Devices: String(state.devices.size),
      'Messages refused': String(k.refused),
    });
    const names = Object.keys(state.calls).sort();
    calls(names.map((name) => [name, state.calls[name]]));
    none.hidden = names.length > 0;
  };
}

// figures returns a function that shows names and values as a list.
export function figures(root) {
  const show = keyed(root, ([name]) => name, ([name]) => {
    const value = make('dd');
    return { root: make('div', {}, make('dt', {}, name), value), value };
  }, (part, [, value]) => text(part.value, value));
  return (values) => show(Object.entries(values));
}

function latencies(root) {
  return keyed(root, ([name]) => name, ([name]) => {
    const cells = Array.from({ length: 4 }, () => make('td', { class: 'number' }));
    return { root: make('tr', { 'data-name': name }, make('th', { scope: 'row' }, name), ...cells), cells };
  }, (part, [, { count, failed, p50_ms, p99_ms }]) => {
    [String(count), String(failed), p50_ms ? took(p50_ms) : '–', p99_ms ? took(p99_ms) : '–'].forEach((s, i) => text(part.cells[i], s));
    part.root.dataset.figures = JSON.stringify([count, failed, p50_ms, p99_ms]);
  });
}
