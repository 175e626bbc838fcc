import { Socket } from './socket.js';
import { State } from './state.js';
import { showHead } from './head.js';
import { showGauges } from './gauges.js';
import { showPlots } from './plots.js';
import { showReadings } from './readings.js';
import { showAlerts, showDevices } from './lists.js';
import { showCalibrate } from './calibrate.js';

const state = new State();
let drawn = 0; // the animation frame asked for

const socket = new Socket({
  message(kind, data) {
    state.apply(kind, data);
    redraw();
  },
  lost() {
    state.lost();
    redraw();
  },
  beat() {
    socket.ask('echo', { text: '' }).catch(() => {}); // its latency comes with the calls
  },
});

const parts = [
  showHead(state),
  showGauges(state),
  showPlots(state),
  showReadings(state, socket),
  showAlerts(state),
  showDevices(state, redraw),
  showCalibrate(state, socket),
];

// redraw draws once, however much has come in since the last frame.
function redraw() {
  drawn ||= requestAnimationFrame(() => {
    drawn = 0;
    const now = performance.now();
    for (const draw of parts) draw(now);
  });
}

setInterval(redraw, 1000); // ages grow by themselves
redraw();
