// Command kiosk-demo shows what a device measures on a screen: an embedded page with
// live gauges, plots, alerts, and a button that calibrates a sensor. It gets
// the readings over the bus from sensor-demo, and serves the same over HTTP.
//
//	GET  /                     the page
//	GET  /api/state            everything the page knows
//	GET  /api/devices          the devices seen, with their readings
//	GET  /api/readings/{id…}   one reading, of every device that has it
//	GET  /api/alerts           alerts, the active ones first
//	POST /api/calibrate        {"id","reference","samples"}
//	POST /api/interval         {"milliseconds"}
//	POST /api/echo             {"text"}: how long the way to the sensor and back is
package main

import "github.com/daebus/daebus-go/edge"

func main() { edge.Main(New()) }
