import { connect } from '/daebus.js';
import { State } from './state.js';
import { showHead } from './head.js';
import { showViews } from './views.js';
import { showGauges } from './gauges.js';
import { showPlots } from './plots.js';
import { showReadings } from './readings.js';
import { showAlerts } from './alerts.js';
import { showDevices } from './devices.js';
import { showCalibrate } from './calibrate.js';
import { showInterval } from './interval.js';
import { showSystem } from './system.js';
import { obey } from './obey.js';
import { rendered } from './rendered.js';

const BEAT = 5000; // between two measurements of the way to the sensor, ms

const bus = connect();
const state = new State(bus, redraw);
const parts = [
  showHead(state),
  showGauges(state),
  showPlots(state, redraw),
  showReadings(state),
  showAlerts(state, bus),
  showDevices(state, redraw),
  showCalibrate(state, bus),
  showInterval(state, bus),
  showSystem(state, bus),
];

let drawing = 0; // the animation frame asked for

// redraw draws once, however much has come in since the last frame.
function redraw() {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    const now = performance.now();
    for (const draw of parts) draw(now);
  });
}

showViews(redraw);
obey(bus);
setInterval(redraw, 1000); // ages grow by themselves
setInterval(() => bus.online && bus.call('echo', { text: '' }).catch(() => {}), BEAT); // how long it took comes with the calls
redraw();

window.rendered = rendered; // for whoever wants to know what is on the screen
