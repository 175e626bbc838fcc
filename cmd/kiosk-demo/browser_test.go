package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// What is looked at of the page.
const (
	usage  = `document.querySelector('#gauges [data-id="cpu.usage"] b').textContent`
	banner = `document.querySelector('#banner').textContent`
	faded  = `document.querySelector('#gauges [data-id="cpu.usage"]').style.getPropertyValue('--fade') > 0`
)

// live waits until values move, and nothing is complained of.
func (c *chromium) live(when string) {
	c.t.Helper()
	c.until("no complaint "+when, banner, quiet)
	c.until("fresh values "+when, faded, equal("false"))
	for range 2 {
		c.until("a moving value "+when, usage, other(c.eval(usage)))
	}
}

func quiet(banner string) bool { return banner == "" || strings.HasPrefix(banner, "Bus up again") }

// view goes to a view of the page, as a finger or a key would.
func (c *chromium) view(name string) {
	c.t.Helper()
	c.eval(`document.querySelector('#rail [href="#` + name + `"]').click()`)
	c.until("the view "+name, `document.querySelector('.view[data-view=`+name+`]').hidden`, equal("false"))
}

// TestScreen is a day in the life of a screen: values move, a sensor is
// calibrated, an alert is acknowledged, and then the sensor, the bus and the
// kiosk go away in turn and come back, while the page stays open.
func TestScreen(t *testing.T) {
	page := startChromium(t)
	busAddr, webAddr := freeAddr(t), freeAddr(t)
	sensor := &fakeSensor{device: "bench", period: contract.MinInterval}
	startBus := func() (stop func()) {
		return serve(t, daebus.New("broker"), edge.Config{Bus: "embedded://" + busAddr})
	}
	startKiosk := func() (stop func()) {
		return serve(t, New(), edge.Config{Bus: "redis://" + busAddr, HTTP: webAddr})
	}
	startSensor := func() (stop func()) {
		return serve(t, sensor.app(), edge.Config{Bus: "redis://" + busAddr})
	}
	stopBus, stopSensor := startBus(), startSensor()
	begin := time.Now()
	stopKiosk := startKiosk()
	await(t, "the page", func() bool { return get("http://"+webAddr+"/") != "" })
	page.open("http://" + webAddr + "/")
	page.until("fresh values", faded, equal("false"))
	t.Logf("live %v after the kiosk's start", time.Since(begin).Round(time.Millisecond))
	page.live("at first")
	page.until("the plots", `document.querySelectorAll('#plots canvas').length`, equal("4"))
	page.until("the bus's latency", `document.querySelector('#chips').textContent`, contains("ms"))

	for _, size := range [][2]int{{480, 800}, {800, 480}, {1920, 1080}, {1280, 800}} {
		page.resize(size[0], size[1])
		for _, view := range []string{"readings", "controls", "system", "overview"} {
			page.view(view)
			page.until("room for the width", `document.documentElement.scrollWidth - innerWidth`, func(s string) bool { return s == "0" || strings.HasPrefix(s, "-") })
			page.until("controls large enough for a finger",
				`[...document.querySelectorAll('a, button, select, input')].filter((e) => e.offsetParent && e.offsetHeight < 48).length`, equal("0"))
			page.shot(fmt.Sprintf("%s-%dx%d", view, size[0], size[1]))
		}
	}
	readable(t, page, "as usual")
	calibrate(page)
	acknowledge(page, sensor)
	if len(page.wrong) > 0 {
		t.Errorf("the console says %q", page.wrong)
	}

	stopSensor()
	page.until("word of the silent sensor", banner, contains("Sensor silent. Values are from"))
	page.until("greyed values", faded, equal("true"))
	readable(t, page, "without the sensor")
	page.shot("silent")
	startSensor()
	page.live("after the sensor's return")

	stopBus()
	page.until("word of the lost bus", banner, contains("Bus down. Values are from"))
	page.until("greyed values", faded, equal("true"))
	readable(t, page, "without the bus")
	page.shot("bus-down")
	startBus()
	page.live("after the bus's return")

	stopKiosk()
	page.until("word of the lost kiosk", banner, contains("Connection to the kiosk lost"))
	page.until("greyed values", faded, equal("true"))
	startKiosk()
	page.live("after the kiosk's return")

	for _, url := range page.asked {
		if to := strings.SplitN(url, "/", 4); strings.HasPrefix(url, "data:") || len(to) > 2 && to[2] == webAddr {
			continue
		}
		t.Errorf("the page asked for %s", url)
	}
}

// acknowledge has an alert raised and seen.
func acknowledge(page *chromium, sensor *fakeSensor) {
	page.t.Helper()
	page.view("overview")
	sensor.raise(contract.Alert{Device: sensor.device, ID: "busy:cpu.usage", Reading: "cpu.usage", Level: contract.Critical,
		Text: "Processor is busy", Value: contract.Number(97), Unit: "%", Since: time.Now(), Active: true})
	page.until("the alert", `document.querySelector('#alerts li b').textContent`, equal("Processor is busy"))
	page.until("its gauge", `document.querySelector('#gauges [data-id="cpu.usage"]').dataset.level`, equal("critical"))
	readable(page.t.(*testing.T), page, "with an alert")
	page.shot("alert")
	page.eval(`document.querySelector('#alerts li button').click()`)
	page.until("word that it was seen", `document.querySelector('#alerts .level').textContent`, equal("critical, acknowledged"))
	readable(page.t.(*testing.T), page, "with an alert that was seen")
	sensor.raise()
	page.until("the end of the alert", `document.querySelectorAll('#alerts li').length`, equal("0"))
}

// calibrate makes the thermometer show 25 °C, about 4.6 °C more than before.
func calibrate(page *chromium) {
	page.t.Helper()
	page.view("controls")
	page.eval(`(() => {
		window.steps = [];
		const step = document.querySelector('#calibrate-step');
		new MutationObserver(() => steps.push(step.textContent)).observe(step, { childList: true });
		const reading = document.querySelector('#calibrate-reading');
		reading.value = '` + thermometer + `';
		reading.dispatchEvent(new Event('change'));
		document.querySelector('#calibrate-reference').value = '25.0';
		document.querySelector('#calibrate-start').click();
	})()`)
	page.until("the calibration", `document.querySelector('#calibrate-outcome').textContent`, contains("is calibrated."))
	page.until("its progress", `steps.join('; ')`, contains("3 of 5: sample 3 taken"))
	page.until("its figures", `document.querySelector('#calibrate-figures').textContent`, func(s string) bool {
		return strings.Contains(s, "Offset+4.") && strings.Contains(s, "Latency")
	})
	page.until("its latency", `document.querySelector('#calls tr[data-name=calibrate]').textContent`, contains("ms"))
	page.until("the reading calibrated",
		`document.querySelector('#readings tr[data-id="`+thermometer+`"]').textContent`,
		func(s string) bool {
			return strings.Contains(s, "25.0 °C") || strings.Contains(s, "24.9 °C") || strings.Contains(s, "25.1 °C")
		})
	page.shot("calibrated")
}

// get is what an address answers; "" when it does not.
func get(url string) string {
	resp, err := http.Get(url)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return ""
	}
	return string(text)
}

func equal(want string) func(string) bool { return func(got string) bool { return got == want } }

func contains(part string) func(string) bool {
	return func(got string) bool { return strings.Contains(got, part) }
}

// other is any value but this one and none.
func other(than string) func(string) bool {
	return func(got string) bool {
		return got != than && got != "" && got != "–" && !strings.HasPrefix(got, "exception")
	}
}

// serve runs an app until stop is called or the test ends.
func serve(t *testing.T, app *daebus.App, cfg edge.Config) (stop func()) {
	t.Helper()
	cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), nil)).With("app", app.Name())
	cfg.StateDir = t.TempDir()
	cfg.Grace = 5 * time.Second
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := edge.Run(ctx, app, cfg); err != nil {
			t.Errorf("%s: %v", app.Name(), err)
		}
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return stop
}

// freeAddr is an address that nobody listens on at the moment.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
