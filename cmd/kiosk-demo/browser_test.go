package main

import (
	"context"
	"fmt"
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

// TestScreen is a day in the life of a screen: values move, a sensor is
// calibrated, and then the sensor, the bus and the kiosk go away in turn and
// come back, while the page stays open.
func TestScreen(t *testing.T) {
	page := startChromium(t)
	busAddr, webAddr := freeAddr(t), freeAddr(t)
	startBus := func() (stop func()) {
		return serve(t, daebus.New("broker"), edge.Config{Bus: "embedded://" + busAddr})
	}
	startKiosk := func() (stop func()) {
		return serve(t, New(), edge.Config{Bus: "redis://" + busAddr, HTTP: webAddr})
	}
	startSensor := func() (stop func()) {
		return serve(t, newFakeSensor("bench", contract.MinInterval), edge.Config{Bus: "redis://" + busAddr})
	}
	stopBus, stopKiosk, stopSensor := startBus(), startKiosk(), startSensor()
	await(t, "the page", func() bool {
		resp, err := http.Get("http://" + webAddr + "/")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})

	page.open("http://" + webAddr + "/")
	const usage = `document.querySelector('#gauges [data-id="cpu.usage"] b').textContent`
	const banner = `document.querySelector('#banner').textContent`
	const faded = `document.querySelector('#gauges [data-id="cpu.usage"]').style.getPropertyValue('--fade') > 0`
	live := func(when string) {
		t.Helper()
		page.until("no complaint "+when, banner, func(s string) bool { return s == "" || strings.HasPrefix(s, "Bus up again") })
		page.until("fresh values "+when, faded, equal("false"))
		for range 2 {
			page.until("a moving value "+when, usage, other(page.eval(usage)))
		}
	}
	live("at first")
	page.until("the plots", `document.querySelectorAll('#plots canvas').length`, equal("3"))
	page.until("the bus's latency", `document.querySelector('#chips').textContent`, contains("ms"))
	for _, size := range [][2]int{{800, 480}, {1920, 1080}, {1280, 800}} {
		page.resize(size[0], size[1])
		page.until("room for the width", `document.documentElement.scrollWidth - innerWidth`, func(s string) bool { return s == "0" || strings.HasPrefix(s, "-") })
		page.until("controls large enough for a finger",
			`[...document.querySelectorAll('button, select, input')].filter((e) => e.offsetParent && e.offsetHeight < 44).length`, equal("0"))
		page.shot(fmt.Sprintf("live-%dx%d", size[0], size[1]))
	}

	calibrate(page)
	page.shot("calibrated")
	if len(page.wrong) > 0 {
		t.Errorf("the console says %q", page.wrong)
	}

	stopSensor()
	page.until("word of the silent sensor", banner, contains("Sensor silent. Values are from"))
	page.until("greyed values", faded, equal("true"))
	page.shot("silent")
	startSensor()
	live("after the sensor's return")

	stopBus()
	page.until("word of the lost bus", banner, contains("Bus down: values are from"))
	page.until("greyed values", faded, equal("true"))
	page.shot("bus-down")
	startBus()
	live("after the bus's return")

	stopKiosk()
	page.until("word of the lost kiosk", banner, contains("Connection to the kiosk lost"))
	page.until("greyed values", faded, equal("true"))
	startKiosk()
	live("after the kiosk's return")
}

// calibrate makes the thermometer show 25 °C, about 4.6 °C more than before.
func calibrate(page *chromium) {
	page.t.Helper()
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
		return strings.Contains(s, "Offset+4.") && strings.Contains(s, "Latency") && strings.Contains(s, "p99")
	})
	page.until("the reading calibrated",
		`[...document.querySelectorAll('#readings tbody tr')].find((r) => r.textContent.includes('`+thermometer+`')).textContent`,
		func(s string) bool {
			return strings.Contains(s, "25.0 °C") || strings.Contains(s, "24.9 °C") || strings.Contains(s, "25.1 °C")
		})
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
