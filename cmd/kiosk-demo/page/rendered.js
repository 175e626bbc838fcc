// What is on the screen, read from the document itself, as JSON whose members
// are in the order of their names. GET /api/screen says the same of the kiosk.

import { $ } from './dom.js';

const all = (selector) => [...document.querySelectorAll(selector)];

export function rendered() {
  const calls = {}, readings = {}, alerts = {};
  for (const { dataset } of all('#calls tbody tr')) calls[dataset.name] = JSON.parse(dataset.figures);
  for (const row of all('#readings tbody tr')) {
    readings[row.dataset.id] = [JSON.parse(row.dataset.value), $('.quality', row).textContent];
  }
  for (const row of all('#alerts li')) alerts[row.dataset.key] = $('.level', row).textContent;
  return JSON.stringify({
    alerts: sorted(alerts),
    bus: $('#bus dd').textContent.split(' ')[0],
    calls: sorted(calls),
    device: $('#devices [aria-pressed=true]')?.dataset.name ?? '',
    devices: all('#devices button').map((b) => b.dataset.name),
    readings: sorted(readings),
  });
}

const sorted = (o) => Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1)));
