// How often the sensor measures: what is observed is marked, and can be chosen.

import { $, make } from './dom.js';

const intervals = [100, 250, 500, 1000, 2000, 5000, 10_000, 60_000];
const label = (ms) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

export function showInterval(state, bus) {
  const root = $('#interval');
  let held = 0; // until then the choice stands, and not what is observed
  const choices = intervals.map((ms) => {
    const input = make('input', { type: 'radio', name: 'interval', value: ms });
    input.addEventListener('change', async () => {
      held = Infinity;
      const done = await bus.call('interval', { milliseconds: ms }).catch(() => null);
      held = done ? performance.now() + 3 * ms : 0;
    });
    root.append(make('label', {}, input, make('span', {}, label(ms))));
    return { ms, input };
  });
  return (now) => {
    const every = state.device?.every ?? 0;
    root.disabled = !state.online || !state.device;
    if (now < held) return;
    for (const { ms, input } of choices) input.checked = Math.abs(ms - every) < ms * 0.2;
  };
}
