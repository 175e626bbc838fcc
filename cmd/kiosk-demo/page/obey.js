// What the kiosk tells its screens to do.

import { $, make, text } from './dom.js';

const FLASH = 6000; // ms

export function obey(bus) {
  const message = $('#message'), words = $('#message p'), cover = $('#cover');
  const light = (on) => {
    cover.hidden = on;
    if (!on) cover.focus();
    dispatchEvent(new CustomEvent('screen', { detail: { on } })); // for a shell that can switch the lamp
  };
  cover.addEventListener('click', () => light(true));
  $('#message button').addEventListener('click', () => { message.hidden = true; });

  bus.on('reload', () => location.reload());
  bus.on('identify', () => flash(bus.peer));
  bus.on('message', ({ text: said }) => {
    text(words, said);
    message.hidden = said === '';
  });
  bus.on('navigate', ({ url }) => {
    const to = new URL(url, location.href);
    if (to.origin === location.origin) location.assign(to); // a screen does not leave its device
  });
  bus.on('screen', ({ on }) => light(on));
}

let ends;

function flash(name) {
  const root = $('#flash');
  clearTimeout(ends);
  root.replaceChildren(make('p', {}, name.replace('user_', '').slice(0, 8)));
  root.hidden = false;
  ends = setTimeout(() => { root.hidden = true; }, FLASH);
}
