package probe_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe"
	"github.com/daebus/daebus-go/cmd/sensor-demo/probe/probetest"
)

func wired(m probetest.Machine, names ...string) *probe.Probe {
	return probe.New(probe.Options{ProcRoot: m.Proc(), SysRoot: m.Sys(), Root: m.Root, OneWire: names})
}

func convert(t *testing.T, p *probe.Probe) {
	t.Helper()
	if err := p.Convert(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestThermometers(t *testing.T) {
	m := probetest.Pi4(t)
	synctest.Test(t, func(t *testing.T) {
		p := wired(m, "28-*", "28-0000000000ff")
		first := read(t, p, time.Now())
		first.wantNot(t, "w1.28-0000000000ff", contract.Absent, "not read yet")

		convert(t, p)
		got := read(t, p, time.Now())
		got.want(t, "w1.28-000005e2fdc3", 20.6875, "°C")
		got.want(t, "w1.28-000005e2fdc4", -10.125, "°C")
		got.wantNot(t, "w1.28-000005e2fdc5", contract.Error, "checksum")
		got.wantNot(t, "w1.28-000005e2fdc6", contract.Suspect, "power-on")
		got.want(t, "w1.28-000005e2fdc7", 85, "°C")
		got.wantNot(t, "w1.28-000005e2fdc8", contract.Error, "all bytes are zero")
		got.want(t, "w1.28-000005e2fdc9", 0, "°C")
		got.wantNot(t, "w1.28-0000000000ff", contract.Absent, "no such file")
		for id := range got {
			if strings.Contains(id, "master") {
				t.Errorf("%s is reported", id)
			}
		}
	})
}

func TestThermometerExpiresWhenConvertStops(t *testing.T) {
	m := probetest.Pi4(t)
	synctest.Test(t, func(t *testing.T) {
		p := wired(m, "28-000005e2fdc3")
		p.SetLifetime(300 * time.Millisecond) // shorter than a turn of the bus can be
		convert(t, p)
		converted := time.Now()
		time.Sleep(10 * time.Second)
		r := read(t, p, time.Now())["w1.28-000005e2fdc3"]
		if r.Quality != contract.Good || !r.Time.Equal(converted) {
			t.Errorf("after 10 s: got %s of %v, want good of %v", r.Quality, r.Time, converted)
		}
		time.Sleep(time.Minute)
		read(t, p, time.Now()).wantNot(t, "w1.28-000005e2fdc3", contract.Stale, "expired")
	})
}

func TestUnpluggedThermometerIsAbsent(t *testing.T) {
	m := probetest.Pi4(t)
	synctest.Test(t, func(t *testing.T) {
		p := wired(m, "28-*")
		convert(t, p)
		read(t, p, time.Now())
		m.Remove("sys/bus/w1/devices/28-000005e2fdc3")
		convert(t, p)
		got := read(t, p, time.Now())
		got.wantNot(t, "w1.28-000005e2fdc3", contract.Absent, "gone")
		got.want(t, "w1.28-000005e2fdc4", -10.125, "°C")
	})
}

func TestConvertStopsWithItsContext(t *testing.T) {
	p := wired(probetest.Pi4(t), "28-*")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Convert(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestConvertBesideRead(t *testing.T) {
	p := wired(probetest.Pi4(t), "28-*")
	done := make(chan error)
	go func() {
		var err error
		for range 50 {
			err = errors.Join(err, p.Convert(context.Background()))
		}
		done <- err
	}()
	for range 50 {
		p.Read(time.Now())
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
