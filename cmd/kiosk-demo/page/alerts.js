// The alerts, the worst that nobody has seen first, with a button to say that
// somebody has.

import { $, keyed, make, mark, text } from './dom.js';
import { plain, when } from './format.js';

export function showAlerts(state, bus) {
  const empty = $('#alerts .empty'), title = $('#alerts-title');
  const show = keyed($('#alerts ul'), (a) => `${a.device} ${a.id}`, ({ device, id }) => {
    const words = make('b'), level = make('span', { class: 'level' }), about = make('small');
    const seen = make('button', { type: 'button' }, 'Acknowledge');
    seen.addEventListener('click', async () => {
      seen.disabled = true;
      await bus.call('acknowledge', { device, id }).catch(() => {}); // it may have ended meanwhile
      seen.disabled = false;
    });
    const root = make('li', { 'data-key': `${device} ${id}` }, make('div', {}, make('p', {}, level, words), about), seen);
    return { root, words, level, about, seen };
  }, (part, a) => {
    const reading = state.devices.get(a.device)?.readings.find((r) => r.id === a.reading);
    const value = a.value == null ? '' : ` ${plain(a.value, a.unit)}`;
    text(part.level, !a.active ? 'ended' : a.acknowledged ? `${a.level}, acknowledged` : a.level);
    text(part.words, a.text);
    text(part.about, `${reading?.name ?? a.reading}${value}, ${a.active ? 'since ' : ''}${when(Date.parse(a.since), Date.now())}`);
    mark(part.root, 'level', a.active ? a.level : '');
    mark(part.root, 'seen', String(a.acknowledged ?? false));
    part.seen.hidden = !a.active || a.acknowledged === true;
    part.seen.setAttribute('aria-label', `Acknowledge: ${a.text}`);
  });
  return () => {
    const active = state.alerts.filter((a) => a.active).length;
    show(state.alerts);
    text(title, active ? `Alerts: ${active} active` : 'Alerts');
    text(empty, state.bus ? 'No alerts.' : 'Not known yet.');
    empty.hidden = state.alerts.length > 0;
  };
}
