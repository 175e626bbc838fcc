// The calibration of a sensor against a true value measured beside it.

import { $, mark, text } from './dom.js';
import { took } from './format.js';
import { quality } from './state.js';
import { figures as list } from './system.js';

const PATIENCE = 200_000; // ms; the kiosk gives up before

const title = (r) => r.name ?? r.id;

// What hangs outside the processor is calibrated sooner than what is in it.
const inner = (r) => (r.kind === 'cpu' || r.kind === 'load' ? 1 : 0);

export function showCalibrate(state, bus) {
  const form = $('#calibrate form'), empty = $('#calibrate .empty');
  const select = $('#calibrate-reading'), reference = $('#calibrate-reference'), unit = $('#calibrate-unit');
  const start = $('#calibrate-start'), outcome = $('#calibrate-outcome');
  const run = progress(), figures = list($('#calibrate-figures'));
  let offered = '', touched = false, running = false;

  const chosen = () => state.device?.readings.find((r) => r.id === select.value);
  const value = () => Number(reference.value.trim().replace(',', '.').replace('−', '-'));

  const step = (by) => {
    touched = true;
    reference.value = (value() + by).toFixed(1);
  };
  $('#calibrate-less').addEventListener('click', () => step(-0.5));
  $('#calibrate-more').addEventListener('click', () => step(0.5));
  reference.addEventListener('input', () => { touched = true; });
  select.addEventListener('change', () => { touched = false; suggest(); });

  // suggest puts in what the sensor shows, which is near the true value.
  function suggest() {
    const r = chosen();
    text(unit, r?.unit ?? '');
    if (!touched && r?.value != null) reference.value = r.value.toFixed(1);
  }

  form.addEventListener('submit', async (e) => {
    e.preventDefault();
    const r = chosen();
    if (running || !r) return;
    if (reference.value.trim() === '' || !Number.isFinite(value())) {
      say('bad', 'The true value has to be a number, such as 21.5.');
      reference.focus();
      return;
    }
    running = true;
    say('', '');
    run.begin(title(r));
    figures({});
    try {
      const done = await bus.call('calibrate', { id: r.id, reference: value() }, { timeout: PATIENCE, progress: run.step });
      say('good', `${title(r)} is calibrated.`);
      figures({
        Offset: `${done.offset < 0 ? '−' : '+'}${Math.abs(done.offset).toFixed(2)} ${done.unit}`,
        Spread: `${done.spread.toFixed(2)} ${done.unit} in ${done.samples} samples`,
        Latency: took(done.took_ms),
      });
      touched = false;
    } catch (failure) {
      say('bad', sentence(failure));
    } finally {
      running = false;
      run.end();
    }
  });

  function say(tone, words) {
    outcome.hidden = words === '';
    text(outcome, words);
    mark(outcome, 'tone', tone);
  }

  return (now) => {
    const able = (state.device?.readings ?? []).filter((r) => r.calibrates && r.value != null && ['good', 'suspect'].includes(quality(r, now)))
      .sort((a, b) => inner(a) - inner(b));
    const offer = able.map((r) => r.id + title(r)).join('\n');
    if (offer !== offered && !running) {
      offered = offer;
      const before = select.value;
      select.replaceChildren(...able.map((r) => new Option(title(r), r.id)));
      if (able.some((r) => r.id === before)) select.value = before;
      suggest();
    }
    form.hidden = able.length === 0 && !running;
    empty.hidden = !form.hidden;
    text(empty, reason(state, now));
    start.disabled = running || !state.online;
  };
}

// reason says why nothing can be calibrated.
function reason({ device }, now) {
  if (!device) return 'No device has been heard of yet.';
  const measured = device.readings.filter((r) => r.calibrates && r.quality !== 'absent');
  if (measured.length === 0) {
    return 'This device has no thermometer or other measuring sensor. Memory, disk and network figures are counted, so there is nothing to calibrate.';
  }
  const [first] = measured;
  return `No sensor has a value to calibrate: ${title(first)} is ${quality(first, now)}${first.reason ? ` (${first.reason})` : ''}.`;
}

function progress() {
  const root = $('#calibrate-run'), bar = $('#calibrate-run progress'), words = $('#calibrate-step');
  return {
    begin(name) {
      root.hidden = false;
      bar.value = 0;
      text(words, `Asking for ${name}…`);
    },
    step({ step, total, text: said }) {
      bar.max = total;
      bar.value = step;
      text(words, `${step} of ${total}: ${said}`);
    },
    end() { root.hidden = true; },
  };
}

// sentence says a failure in plain words.
function sentence({ code, message }) {
  switch (code) {
    case 'unavailable':
      if (message.startsWith('connection lost')) return 'The connection to the kiosk was lost, so the outcome is not known.';
      return 'The sensor cannot be reached: its service or the bus is down. Nothing was changed.';
    case 'timeout': return 'The sensor did not answer in time, so it is not known whether anything was changed.';
    case 'busy': return 'A calibration is running already. Try again in a moment.';
    case 'internal': return 'The sensor could not do it. Its log says why.';
  }
  const words = message.replace(/^calibrate:? */, '');
  return `Not possible: ${words}.`;
}
