// The header: which device, what state everything is in, the time; and the
// banner, which says in one sentence what is wrong.

import { $, make, mark, text } from './dom.js';
import { span, time, took } from './format.js';
import { silent } from './state.js';

const SHOWN = 8000; // how long it is said that the bus is back, ms

// wall is the time of day at a moment of the page's clock.
const wall = (moment) => Date.now() - performance.now() + moment;

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
    const { device: d, bus, online } = state;
    text(device, d?.name ?? 'Kiosk');
    text(clock, time(Date.now()));

    chip('kiosk', online ? 'good' : bus ? 'bad' : 'idle', online ? 'Kiosk' : bus ? 'Kiosk lost' : 'Connecting');
    const p50 = state.calls.echo?.p50_ms;
    if (!online || !bus) chip('bus', 'idle', 'Bus');
    else if (!bus.up) chip('bus', 'bad', `Bus down ${span(now - bus.since)}`);
    else chip('bus', 'good', p50 ? `Bus ${took(p50)}` : 'Bus');
    if (!d || !online || !bus?.up) chip('sensor', 'idle', 'Sensor');
    else if (silent(d, now)) chip('sensor', 'warn', `Sensor silent ${span(now - d.heard)}`);
    else chip('sensor', 'good', 'Sensor');

    const [tone, words] = complaint(state, now);
    text(banner, words);
    mark(banner, 'tone', tone);
    banner.hidden = words === '';
    mark(document.body, 'state', tone);
  };
}

// complaint is the worst that is wrong. Its words do not change while it
// lasts, or a screen reader would repeat them every second.
function complaint({ bus, device, online }, now) {
  const from = device ? `Values are from ${time(wall(device.heard))}.` : '';
  if (!bus) return ['info', 'Connecting to the kiosk…'];
  if (!online) return ['bad', `Connection to the kiosk lost. ${from}`];
  if (!bus.up) return ['bad', `Bus down. ${from}`];
  if (!device) return ['info', 'Waiting for the first readings: is the sensor service running?'];
  if (silent(device, now)) return ['warn', `Sensor silent. ${from}`];
  if (bus.gap_ms > 0 && now - bus.since < SHOWN) return ['info', `Bus up again after ${span(bus.gap_ms)}.`];
  return ['', ''];
}
