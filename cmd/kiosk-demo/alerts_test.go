package main

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

func TestAlertsFollowTheReadings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		kiosk := daebustest.Run(t, bus, New())
		sensor := daebus.New(contract.Service)
		daebustest.Run(t, bus, sensor)
		round := func(active ...contract.Alert) {
			t.Helper()
			r := contract.Readings{Device: "bench", Time: time.Now(), Readings: []contract.Reading{{ID: "cpu.usage", Time: time.Now()}}, Alerts: active}
			if _, err := contract.ReadingsTopic.Broadcast(t.Context(), sensor, r); err != nil {
				t.Fatal(err)
			}
		}
		round()
		alert := contract.Alert{Device: "bench", ID: "busy:cpu.usage", Reading: "cpu.usage", Level: contract.Warning, Text: "busy", Since: time.Now(), Active: true}
		if _, err := contract.AlertsTopic.Broadcast(t.Context(), sensor, alert); err != nil {
			t.Fatal(err)
		}
		active := func() int {
			alerts, _ := look[shownAlerts](t, kiosk, "alerts")
			return len(alerts)
		}
		for i, c := range []struct {
			active []contract.Alert
			want   int
		}{{[]contract.Alert{alert}, 1}, {nil, 0}, {[]contract.Alert{alert}, 1}} {
			round(c.active...)
			if got := active(); got != c.want {
				t.Errorf("round %d: got %d alerts, want %d", i, got, c.want)
			}
		}
	})
}

func TestAlertIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		kiosk := daebustest.Run(t, bus, New())
		sensor := daebus.New(contract.Service)
		daebustest.Run(t, bus, sensor)
		begin := func() {
			a := contract.Alert{Device: "bench", ID: "hot", Level: contract.Critical, Since: time.Now(), Active: true}
			if _, err := contract.AlertsTopic.Broadcast(t.Context(), sensor, a); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		seen := func() bool {
			alerts, _ := look[shownAlerts](t, kiosk, "alerts")
			return alerts["bench hot"].Acknowledged
		}
		begin()
		if seen() {
			t.Error("a new alert is acknowledged")
		}
		if w := kiosk.HTTP("POST", "/api/acknowledge", `{"device":"bench","id":"hot"}`); w.Code != http.StatusOK || !seen() {
			t.Errorf("got %d %s, acknowledged: %v", w.Code, w.Body, seen())
		}
		time.Sleep(time.Second)
		if begin(); seen() {
			t.Error("an alert that began anew is acknowledged")
		}
		if w := kiosk.HTTP("POST", "/api/acknowledge", `{"device":"bench","id":"cold"}`); w.Code != http.StatusNotFound {
			t.Errorf("of no alert: got %d %s", w.Code, w.Body)
		}
	})
}
