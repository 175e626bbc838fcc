// The views of the page: one at a time, named by the address after the #.

import { $ } from './dom.js';

export function showViews(changed) {
  const views = [...document.querySelectorAll('.view')], links = [...document.querySelectorAll('#rail a')];
  const show = () => {
    const name = location.hash.slice(1);
    const current = views.find((v) => v.dataset.view === name) ?? views[0];
    for (const v of views) v.hidden = v !== current;
    for (const a of links) {
      if (a.hash === `#${current.dataset.view}`) a.setAttribute('aria-current', 'page');
      else a.removeAttribute('aria-current');
    }
    $('main').scrollTop = 0;
    changed();
  };
  addEventListener('hashchange', show);
  show();
}
