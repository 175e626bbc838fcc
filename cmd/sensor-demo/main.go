// Command sensor-demo measures the machine it runs on and tells the bus: the
// reference service for what a daemon on a device does with daebus.
//
// It broadcasts its readings each second on the channel "readings" and alerts
// on "alerts", and answers the actions read, list, calibrate, set_interval and
// echo as service "sensor".
package main

import (
	"flag"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge"
)

func main() {
	var o options
	flag.StringVar(&o.device, "device", "", "name of this device in its readings; default the host's name")
	o.interval = interval(time.Second)
	flag.Var(&o.interval, "interval", "time between two rounds of sampling, 100ms to 1h")
	flag.StringVar(&o.probe.ProcRoot, "procfs-root", "/proc", "where procfs is")
	flag.StringVar(&o.probe.SysRoot, "sysfs-root", "/sys", "where sysfs is")
	flag.Func("onewire", "DS18B20 thermometers, such as 28-000005e2fdc3,28-*", func(s string) error {
		o.probe.OneWire = strings.Split(s, ",")
		return nil
	})
	edge.Main(newSensor(&o).app)
}
