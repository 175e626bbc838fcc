package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge"
)

// faster is how much faster the page's clocks run in TestHeapIsFlat.
const faster = 200

// TestHeapIsFlat has the page live through an hour with a round each second, as
// it sees it. After the five minutes that it remembers nothing more is kept.
func TestHeapIsFlat(t *testing.T) {
	page := startChromium(t)
	page.call("Page.addScriptToEvaluateOnNewDocument", map[string]string{"source": fmt.Sprintf(`{
		const begin = performance.now(), day = Date.now(), now = performance.now.bind(performance);
		performance.now = () => begin + (now() - begin) * %[1]d;
		Date.now = () => day + (now() - begin) * %[1]d;
	}`, faster)}, nil)
	busAddr, webAddr := freeAddr(t), freeAddr(t)
	sensor := &fakeSensor{device: "bench", period: time.Second}
	app := daebus.New(contract.Service)
	rounds := make(chan int)
	app.Thread("sample", func(ctx context.Context) error {
		n := 0
		for now := range daebus.Ticks(ctx, sensor.period/faster) {
			r := sensor.round(now)
			r.Alerts = nil
			if n%20 < 10 { // alerts come and go
				r.Alerts = []contract.Alert{{Device: r.Device, ID: fmt.Sprint("hot:", n/20%3), Reading: "cpu.usage", Level: contract.Warning, Text: "hot", Since: now, Active: true}}
			}
			if _, err := contract.ReadingsTopic.Broadcast(ctx, app, r); err == nil {
				n++
			}
			select {
			case rounds <- n:
			default: // nobody asks
			}
		}
		return nil
	})
	serve(t, New(), edge.Config{Bus: "embedded://" + busAddr, HTTP: webAddr})
	serve(t, app, edge.Config{Bus: "redis://" + busAddr})
	await(t, "the page", func() bool { return get("http://"+webAddr+"/") != "" })
	page.open("http://" + webAddr + "/")
	page.until("values", usage, other(""))

	// measure waits for a round, however long a slow machine takes.
	measure := func(until int) (heap, nodes float64) {
		for <-rounds < until {
			page.eval("0") // reads what the browser has to say, which it would keep
		}
		heap, nodes = page.memory()
		t.Logf("after %v: %.0f KiB, %.0f nodes", time.Duration(until)*time.Second, heap/1024, nodes)
		return heap, nodes
	}
	heap, nodes := measure(600)
	after, left := measure(600 + 3600)
	if after > heap+256<<10 { // 72 bytes a round; the engine still compiles
		t.Errorf("the heap grew from %.0f to %.0f bytes", heap, after)
	}
	if left > nodes+100 {
		t.Errorf("the nodes grew from %.0f to %.0f", nodes, left)
	}
	if drawn := page.eval(`document.querySelectorAll('*').length`); len(drawn) > 3 {
		t.Errorf("got %s elements, want less than 1000", drawn)
	}
}
