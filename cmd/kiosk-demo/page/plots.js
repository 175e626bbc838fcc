// Plots of the last five minutes. Time runs from left to "now" at the right,
// also when nothing comes in: a silent sensor shows as a gap that grows.

import { $, keyed, make, text } from './dom.js';
import { plain, quantity } from './format.js';
import { fading } from './state.js';

const SPAN = 300_000; // ms
const PLOTS = 4;
const LINES = 3; // as many as can be told apart
const PAUSE = 480; // between two drawings of a plot, ms: a point a second is all there is

const is = (kind, unit) => (r) => r.kind === kind && r.unit === unit;
const id = (...ids) => (r) => ids.includes(r.id);

// The first PLOTS of these that have something to show are shown. range is the
// scale; without it the scale follows the values, from 0 to least or more when
// that is given.
const plots = [
  { name: 'Processor and memory', pick: id('cpu.usage', 'memory.used'), range: [0, 100] },
  { name: 'Temperature', pick: is('temperature', '°C') },
  { name: 'Network', pick: is('network', 'B/s'), least: 1000 },
  { name: 'Load', pick: is('load', '1'), least: 1 },
  { name: 'Humidity', pick: is('humidity', '%'), range: [0, 100] },
  { name: 'Power', pick: is('power', 'W'), least: 1 },
];

// choose finds the readings of a plot. Of too many, those that have moved from
// zero come first: not every network interface is in use.
function choose(plot, { readings, history }) {
  const all = readings.filter((r) => plot.pick(r) && history.has(r.id));
  if (all.length <= LINES) return all;
  const used = all.filter((r) => r.value);
  return [...used, ...all.filter((r) => !used.includes(r))].slice(0, LINES);
}

export function showPlots(state, redraw) {
  let colours;
  const schemes = matchMedia('(prefers-color-scheme: dark)');
  const look = () => {
    const style = getComputedStyle(document.documentElement);
    colours = Object.fromEntries(['soft', 'line', 'line-1', 'line-2', 'line-3'].map((n) => [n, style.getPropertyValue(`--${n}`)]));
  };
  schemes.addEventListener('change', look);
  look();

  // Another choice of readings is another plot.
  const key = ({ plot, readings }) => [plot.name, ...readings.map((r) => r.id)].join('\n');
  const show = keyed($('#plots'), key, () => create(redraw), (part, { plot, device, readings, now }) => {
    text(part.title, plot.name);
    part.legend(readings.map((reading) => ({ reading, fade: fading(device, reading, now) })));
    if (now - part.drawn < PAUSE) return;
    part.drawn = now;
    part.draw(plot, device, readings, now, colours);
  });
  return (now) => {
    const device = state.device;
    show(!device ? [] : plots
      .map((plot) => ({ plot, device, now, readings: choose(plot, device) }))
      .filter((p) => p.readings.length > 0)
      .slice(0, PLOTS));
  };
}

function create(redraw) {
  const title = make('h2'), legend = make('ul'), canvas = make('canvas', { 'aria-hidden': 'true' });
  const root = make('article', { class: 'card' }, make('div', { class: 'title' }, title, legend), make('div', { class: 'plot' }, canvas));
  const part = { root, title, drawn: -Infinity, width: 0, height: 0 };
  part.legend = keyed(legend, (i) => i.reading.id, () => {
    const name = make('span'), value = make('b');
    return { root: make('li', {}, name, value), name, value };
  }, (item, { reading: r, fade }) => {
    text(item.name, r.name ?? r.id);
    text(item.value, plain(r.value, r.unit));
    item.root.style.setProperty('--fade', fade.toFixed(2));
  });
  const size = new ResizeObserver(([{ contentRect: { width, height } }]) => {
    Object.assign(part, { width, height, drawn: -Infinity });
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    redraw();
  });
  size.observe(canvas.parentElement);
  part.gone = () => size.disconnect();
  part.draw = (...what) => draw(canvas.getContext('2d'), part, ...what);
  return part;
}

function draw(g, { width, height }, plot, { history, every }, readings, now, colours) {
  if (width === 0) return;
  const em = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.78;
  const ends = extent(plot, history, readings, now), steps = ticks(...ends);
  g.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  g.clearRect(0, 0, width, height);
  g.font = `${em}px ${getComputedStyle(document.body).fontFamily}`;

  const labels = steps.map((v) => quantity(v, readings[0].unit).join(' ').replace(/\.0+(?=\D|$)/, '').trim());
  const left = Math.max(...labels.map((s) => g.measureText(s).width)) + em * 0.7;
  const top = em * 0.7, right = width - em * 0.5, bottom = height - em * 1.7;
  const x = (at) => right - ((now - at) / SPAN) * (right - left);
  const y = (v) => bottom - ((v - ends[0]) / (ends[1] - ends[0])) * (bottom - top);

  g.fillStyle = colours.soft;
  g.strokeStyle = colours.line;
  g.lineWidth = 1;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  g.beginPath();
  steps.forEach((v, i) => {
    g.fillText(labels[i], left - em * 0.7, y(v));
    g.moveTo(left, Math.round(y(v)) + 0.5);
    g.lineTo(right, Math.round(y(v)) + 0.5);
  });
  g.stroke();
  g.textBaseline = 'alphabetic';
  g.fillText('now', right, height - em * 0.25);
  g.textAlign = 'center';
  for (const minutes of right - left < em * 24 ? [2, 4] : [1, 2, 3, 4]) {
    g.fillText(`${minutes} min`, x(now - minutes * 60_000), height - em * 0.25);
  }

  g.save();
  g.beginPath();
  g.rect(left, 0, right - left + em, height);
  g.clip();
  g.lineWidth = Math.max(2, em / 6);
  g.lineJoin = g.lineCap = 'round';
  const gap = Math.max(5000, every * 2.5);
  readings.forEach((r, i) => {
    g.strokeStyle = colours[`line-${i + 1}`];
    trace(g, history, r.id, gap, now, x, y, i === 0 ? bottom : NaN);
  });
  g.restore();
}

// trace draws a line, with a hole where rounds are missing, and a shade between
// it and floor.
function trace(g, history, id, gap, now, x, y, floor) {
  const line = new Path2D(), shade = new Path2D();
  let before = NaN;
  const end = () => Number.isNaN(before) || shade.lineTo(x(before), floor);
  for (let i = 0; i < history.length; i++) {
    const at = history.time(i), v = history.value(id, i);
    if (Number.isNaN(v) || now - at > SPAN + gap) continue;
    if (!(at - before <= gap)) {
      end();
      line.moveTo(x(at), y(v));
      shade.moveTo(x(at), floor);
    }
    line.lineTo(x(at), y(v));
    shade.lineTo(x(at), y(v));
    before = at;
  }
  end();
  g.stroke(line);
  if (Number.isNaN(floor)) return;
  g.globalAlpha = 0.1;
  g.fillStyle = g.strokeStyle;
  g.fill(shade);
  g.globalAlpha = 1;
}

// extent is the scale from its lower to its upper end.
function extent({ range, least }, history, readings, now) {
  if (range) return range;
  let low = Infinity, high = -Infinity;
  for (const { id: line } of readings) {
    for (let i = 0; i < history.length; i++) {
      const v = history.value(line, i);
      if (Number.isNaN(v) || now - history.time(i) > SPAN) continue;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  }
  if (least) return [0, Math.max(least, high * 1.1)];
  if (low > high) return [0, 1];
  const room = Math.max((high - low) * 0.15, 1);
  return [Math.floor(low - room), Math.ceil(high + room)];
}

// ticks are three to five round numbers within a scale.
function ticks(low, high) {
  const raw = (high - low) / 4, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((n) => n * power >= raw) * power;
  const list = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step / 1e6; v += step) list.push(v);
  return list;
}
