// Plots of the last five minutes. Time runs from left to "now" at the right,
// also when nothing comes in: a silent sensor shows as a gap that grows.

import { $, keyed, make, text } from './dom.js';
import { plain, quantity } from './format.js';

const { uPlot } = window; // its classic script comes first: a third of the size of its module

const SPAN = 300; // seconds
const PLOTS = 3;
const LINES = 4; // as many as can be told apart

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
function choose(plot, { readings, history: { lines } }) {
  const all = readings.filter((r) => plot.pick(r) && lines[r.id]);
  if (all.length <= LINES) return all;
  const used = all.filter((r) => lines[r.id].some((v) => v));
  return [...used, ...all.filter((r) => !used.includes(r))].slice(0, LINES);
}

const token = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);
const pixels = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

function axes(unit) {
  const font = `${Math.round(pixels() * 0.75)}px system-ui, sans-serif`;
  const common = { stroke: token('--soft'), font, ticks: { show: false }, grid: { stroke: token('--line'), width: 1 } };
  return [
    {
      ...common, size: Math.round(pixels() * 1.5), gap: 4, grid: { show: false },
      splits: () => [-300, -240, -180, -120, -60, 0],
      values: (_, splits) => splits.map((s) => (s === 0 ? 'now' : s === -SPAN ? '' : `${s / -60} min`)),
    },
    {
      ...common, size: Math.round(pixels() * 4), gap: 6, space: pixels() * 2,
      values: (_, splits) => splits.map((v) => quantity(v, unit).join(' ').replace(/\.0+(?=\D|$)/, '').trim()),
    },
  ];
}

function scale({ range, least }) {
  if (range) return () => range;
  return (_, min, max) => {
    if (least) return [0, Math.max(least, (max ?? 0) * 1.1)];
    if (min == null) return [0, 1];
    const room = Math.max((max - min) * 0.15, 1);
    return [Math.floor(min - room), Math.ceil(max + room)];
  };
}

function create({ plot, readings }) {
  const title = make('h2'), legend = make('ul'), box = make('div', { class: 'plot' }), note = make('p', { class: 'empty' });
  const root = make('article', { class: 'card' }, make('div', { class: 'title' }, title, legend), box, note);
  const part = { root, title, note };
  part.legend = keyed(legend, (r) => r.id, (r) => {
    const name = make('span'), value = make('b');
    return { root: make('li', {}, name, ' ', value), name, value };
  }, (item, r) => {
    text(item.name, r.name ?? r.id);
    text(item.value, plain(r.value, r.unit));
  });
  part.chart = new uPlot({
    width: 100, height: 100,
    padding: [8, Math.ceil(pixels()), 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { x: { time: false, range: [-SPAN, 0] }, y: { range: scale(plot) } },
    axes: axes(readings[0].unit),
    series: [{}, ...readings.map((_, i) => ({ stroke: token(`--line-${i + 1}`), width: 2, points: { show: false } }))],
  }, [[], ...readings.map(() => [])], box);
  const size = new ResizeObserver(() => {
    const { width, height } = box.getBoundingClientRect();
    if (width > 0 && height > 0) part.chart.setSize({ width, height });
  });
  size.observe(box);
  part.gone = () => {
    size.disconnect();
    part.chart.destroy();
  };
  return part;
}

// columns are the points as uPlot takes them, with a hole where rounds are
// missing.
function columns({ history: { times, lines }, every }, readings, now) {
  const data = [[], ...readings.map(() => [])];
  let before = -Infinity;
  for (let i = 0; i < times.length; i++) {
    const at = (times[i] - now) / 1000;
    if (at < -SPAN - 5) continue;
    if (at - before > Math.max(5, every * 2.5 / 1000) && before > -Infinity) {
      data[0].push(before + 0.001);
      for (let j = 1; j < data.length; j++) data[j].push(null);
    }
    before = at;
    data[0].push(at);
    readings.forEach((r, j) => data[j + 1].push(lines[r.id]?.[i] ?? null));
  }
  return data;
}

export function showPlots(state) {
  // Another choice of readings is another plot, and so is another size of type.
  const key = ({ plot, readings }) => [pixels(), plot.name, ...readings.map((r) => r.id)].join('\n');
  const show = keyed($('#plots'), key, create, (part, { plot, device, readings, now }) => {
    const data = columns(device, readings, now);
    text(part.title, plot.name);
    part.legend(readings);
    text(part.note, data[0].length ? '' : 'Nothing in the last five minutes.');
    part.chart.setData(data);
  });
  return (now) => {
    const device = state.device;
    if (!device) return show([]);
    show(plots
      .map((plot) => ({ plot, device, now, readings: choose(plot, device) }))
      .filter((p) => p.readings.length > 0)
      .slice(0, PLOTS));
  };
}
