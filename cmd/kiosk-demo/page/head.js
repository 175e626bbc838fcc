// The header: which device, what state everything is in, the time; and the
// banner, which says in one sentence what is wrong.

import { $, make, mark, text } from './dom.js';
import { span, time, took } from './format.js';
import { silent } from './state.js';

const SHOWN = 8000; // how long it is said that the bus is back, ms

export function showHead(state) {
  const device = $('#device'), banner = $('#banner'), clock = $('#clock');
  const chips = {};
  for (const name of ['kiosk', 'bus', 'sensor']) {
    chips[name] = make('li');
    $('#chips').append(chips[name]);
  }
  const chip = (name, tone, words) => {
    mark(chips[name], 'tone', tone);
    text(chips[name], words);
  };

  return (now) => {
    const d = state.device;
    text(device, d?.name ?? 'Kiosk');
    text(clock, state.ready ? time(state.wall(now)) : '');

    const echo = state.calls.echo;
    const away = state.ready ? !state.connected : false;
    chip('kiosk', state.connected ? 'good' : away ? 'bad' : 'idle', state.connected ? 'Kiosk' : away ? 'Kiosk lost' : 'Connecting');
    if (!state.connected) chip('bus', 'idle', 'Bus');
    else if (!state.bus.up) chip('bus', 'bad', `Bus down ${span(now - state.bus.since)}`);
    else chip('bus', 'good', echo?.p50_ms ? `Bus ${took(echo.p50_ms)}` : 'Bus');
    if (!d || !state.connected) chip('sensor', 'idle', 'Sensor');
    else if (silent(d, now)) chip('sensor', 'warn', `Sensor silent ${span(now - d.heard)}`);
    else chip('sensor', 'good', 'Sensor');

    const [tone, words] = complaint(state, d, now);
    text(banner, words);
    mark(banner, 'tone', tone);
    banner.hidden = words === '';
    mark(document.body, 'state', tone);
  };
}

// complaint is the worst that is wrong. Its words do not change while it
// lasts, or a screen reader would repeat them every second.
function complaint(state, device, now) {
  const from = device ? ` Values are from ${time(state.wall(device.heard))}.` : '';
  if (!state.ready) return ['info', 'Connecting to the kiosk…'];
  if (!state.connected) return ['bad', `Connection to the kiosk lost.${from}`];
  if (!state.bus.up) return ['bad', device ? `Bus down: values are from ${time(state.wall(device.heard))}.` : 'Bus down.'];
  if (!device) return ['info', 'Waiting for the first readings: is the sensor service running?'];
  if (silent(device, now)) return ['warn', `Sensor silent.${from}`];
  if (state.bus.gap > 0 && now - state.bus.since < SHOWN) return ['info', `Bus up again after ${span(state.bus.gap)}.`];
  return ['', ''];
}
