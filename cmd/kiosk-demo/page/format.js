// Values, ages and times as people read them.

const scales = {
  'B': ['B', 'kB', 'MB', 'GB', 'TB'],
  'B/s': ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'],
};
const digits = { '%': 1, '°C': 1, 'rpm': 0, '1': 2, 'V': 2, 'A': 2, 'W': 2 };

// quantity splits a value into the number and the unit to be shown.
export function quantity(value, unit) {
  if (value == null) return ['–', ''];
  if (unit === 's') return [span(value * 1000), ''];
  const names = scales[unit];
  if (names) {
    let step = 0;
    for (; Math.abs(value) >= 1000 && step < names.length - 1; step++) value /= 1000;
    return [value.toFixed(step === 0 || Math.abs(value) >= 100 ? 0 : 1), names[step]];
  }
  const places = Math.abs(value) >= 99.95 ? 0 : digits[unit] ?? 2;
  return [trim(value.toFixed(places)), unit === '1' || unit == null ? '' : unit];
}

// trim takes the sign from a zero.
const trim = (s) => (/^-0(\.0*)?$/.test(s) ? s.slice(1) : s);

export function plain(value, unit) {
  const [number, shown] = quantity(value, unit);
  return shown === '' ? number : `${number} ${shown}`;
}

// span is a length of time in its one or two largest units.
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
  if (s < 60) return `${s} s`;
  if (m < 60) return m < 5 && s % 60 ? `${m} min ${s % 60} s` : `${m} min`;
  if (h < 24) return m % 60 ? `${h} h ${m % 60} min` : `${h} h`;
  return h % 24 ? `${d} d ${h % 24} h` : `${d} d`;
}

export const age = (ms) => (ms < 1000 ? 'now' : span(ms));

// took is how long something lasted, with three digits at most.
export function took(ms) {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms >= 10 ? 0 : ms >= 1 ? 1 : 2)} ms`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

export const time = (ms) => clock.format(ms);

// when is the time of day, with the date when that is not today's.
export function when(ms, now) {
  return day.format(ms) === day.format(now) ? time(ms) : `${day.format(ms)}, ${time(ms)}`;
}
