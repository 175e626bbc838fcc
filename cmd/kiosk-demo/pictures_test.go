package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// TestPictures makes the pictures of the README, when DAEBUS_TEST_PICTURES is 1.
func TestPictures(t *testing.T) {
	if os.Getenv("DAEBUS_TEST_PICTURES") != "1" {
		t.Skip("the README has its pictures; to make them anew: DAEBUS_TEST_PICTURES=1 go test -run Pictures ./cmd/kiosk-demo")
	}
	page := startChromium(t)
	page.resize(1280, 800)
	busAddr, webAddr := freeAddr(t), freeAddr(t)
	stopBus := serve(t, daebus.New("broker"), edge.Config{Bus: "embedded://" + busAddr})

	sensor := &fakeSensor{device: "workshop", period: time.Second}
	k := newKiosk()
	for i := range historyPoints { // a past to show
		at := time.Now().Add(time.Duration(i-historyPoints) * time.Second)
		k.store.add(at, sensor.round(at))
	}
	serve(t, k.app, edge.Config{Bus: "redis://" + busAddr, HTTP: webAddr})
	stopSensor := serve(t, sensor.app(), edge.Config{Bus: "redis://" + busAddr})
	await(t, "the page", func() bool { return get("http://"+webAddr+"/") != "" })

	old := func(s string) bool { return s >= "11 s" && s < "20 s" && len(s) > 4 }
	const note = `document.querySelector('#gauges [data-id="cpu.usage"] > p').textContent`
	page.scheme("light")
	page.open("http://" + webAddr + "/")
	page.until("the bus's latency", `document.querySelector('#chips').textContent`, contains("ms"))
	page.live("at first")
	page.picture("normal.png")

	page.scheme("dark")
	sensor.raise(
		contract.Alert{Device: "workshop", ID: "hot:thermal.cpu-thermal", Reading: "thermal.cpu-thermal", Level: contract.Critical,
			Text: "Processor over 50 °C", Value: contract.Number(53.1), Unit: "°C", Since: time.Now(), Active: true},
		contract.Alert{Device: "workshop", ID: "full:memory.used", Reading: "memory.used", Level: contract.Warning,
			Text: "Memory over 40 %", Value: contract.Number(41.3), Unit: "%", Since: time.Now().Add(-4 * time.Minute), Active: true})
	page.until("the alerts", `document.querySelectorAll('#alerts li').length`, equal("2"))
	page.live("with alerts") // and drawn in the colours of the dark
	page.picture("alert.png")
	sensor.raise()
	page.until("the end of the alerts", `document.querySelectorAll('#alerts li').length`, equal("0"))

	stopSensor()
	page.until("old values", note, old)
	page.picture("sensor-gone.png")
	serve(t, sensor.app(), edge.Config{Bus: "redis://" + busAddr})
	page.scheme("light")
	page.live("after the sensor's return")
	stopBus()
	page.until("old values", note, old)
	page.picture("bus-down.png")
}

// picture writes what is on the page to a file, with as few colours as it needs.
func (c *chromium) picture(file string) {
	c.t.Helper()
	var out struct{ Data []byte }
	c.call("Page.captureScreenshot", map[string]any{"format": "png"}, &out)
	full, err := png.Decode(bytes.NewReader(out.Data))
	if err != nil {
		c.t.Fatal(err)
	}
	size := full.Bounds()
	count := map[color.Color]int{}
	for y := range size.Dy() {
		for x := range size.Dx() {
			count[full.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return cmp.Compare(count[b], count[a]) })
	small := image.NewPaletted(size, colours[:min(len(colours), 256)])
	near := map[color.Color]color.Color{}
	for y := range size.Dy() {
		for x := range size.Dx() {
			at := full.At(x, y)
			if near[at] == nil {
				near[at] = small.Palette.Convert(at)
			}
			small.Set(x, y, near[at])
		}
	}
	var text bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&text, small); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
		c.t.Fatal(err)
	}
	c.t.Logf("%s: %d bytes, %d colours of %d", file, text.Len(), len(small.Palette), len(colours))
}
