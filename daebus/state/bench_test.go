package state_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/daebus/daebus-go/daebus/state"
)

// rounds are values of a topic with the readings of 16 sensors, of which each
// round changes one, two of four members: 2.3 KB.
func rounds(t testing.TB) (values [][]byte) {
	type reading struct {
		Value   float64 `json:"value"`
		Unit    string  `json:"unit"`
		Quality string  `json:"quality"`
		Round   int     `json:"round"`
		Reason  string  `json:"reason,omitempty"`
		Sensor  string  `json:"sensor"`
		Place   string  `json:"place"`
	}
	sensors := map[string]reading{}
	for i := range 16 {
		sensors[fmt.Sprintf("sensor.%02d", i)] = reading{Value: float64(i), Unit: "celsius", Quality: "good", Sensor: "ds18b20", Place: "a cellar with a door"}
	}
	for i := range 64 {
		name := fmt.Sprintf("sensor.%02d", i%16)
		r := sensors[name]
		r.Value, r.Round = r.Value+0.25, i
		sensors[name] = r
		value, err := json.Marshal(map[string]any{"device": "pi", "sensors": sensors})
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	return values
}

// BenchmarkShow shows values of 2.3 KB that differ in one reading of sixteen.
func BenchmarkShow(b *testing.B) {
	values := rounds(b)
	topic := state.New("readings")
	b.SetBytes(int64(len(values[0])))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := topic.Show(start, values[i%len(values)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNext makes the patch for a reader that is one value behind.
func BenchmarkNext(b *testing.B) {
	values := rounds(b)
	topic := state.New("readings")
	show(b, topic, string(values[0]))
	show(b, topic, string(values[1]))
	size, now := 0, start
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(1e9) // so that the frame before is too old to be shared
		frame, _ := topic.Next(1, now)
		size = len(frame.Text)
	}
	b.ReportMetric(float64(size), "frame-B")
}

// taker takes all it is offered.
type taker struct{ frames int }

func (t *taker) Offer(*state.View, *state.Frame) bool { t.frames++; return true }

// BenchmarkBoard shows values to 1,000 readers.
func BenchmarkBoard(b *testing.B) {
	const readers = 1000
	values := rounds(b)
	board := state.NewBoard([]string{"readings"})
	takers := make([]taker, readers)
	for i := range takers {
		if err := board.Subscribe(&takers[i], "readings", "", 0, start); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := board.Show("readings", values[i%len(values)], start); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*readers/b.Elapsed().Seconds(), "deliveries/s")
}

var _ state.Reader = (*taker)(nil)
