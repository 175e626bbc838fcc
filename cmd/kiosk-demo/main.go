// Command kiosk-demo shows what a device measures on a screen: an embedded page with
// live gauges, plots, alerts to acknowledge, and a button that calibrates a sensor. It
// gets the readings over the bus from sensor-demo, and serves the same over HTTP.
//
//	GET  /                     the page
//	GET  /api/state            everything the kiosk knows
//	GET  /api/screen?device=…  what has to be on a screen that shows the device
//	GET  /api/devices          the devices seen, with their readings
//	GET  /api/readings/{id…}   one reading, of every device that has it
//	GET  /api/alerts           alerts, the active ones first
//	POST /api/acknowledge      {"device","id"}: somebody has seen the alert
//	POST /api/calibrate        {"id","reference","samples"}
//	POST /api/interval         {"milliseconds"}
//	POST /api/echo             {"text"}: how long the way to the sensor and back is
//
// Its action "screen" tells screens to reload, to identify themselves, to show a
// message or a view, or to be dark.
package main

import "github.com/daebus/daebus-go/edge"

func main() { edge.Main(New()) }
