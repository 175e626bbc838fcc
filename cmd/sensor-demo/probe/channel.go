package probe

import (
	"bytes"
	"errors"
	"time"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// rescan is how often sysfs is searched for sensors that were plugged in. A
// sensor that goes away is noticed at once.
const rescan = time.Minute

// channel is one sysfs file with a whole number in it.
type channel struct {
	path   string
	per    float64 // in the file, for one unit: dividing by it is exact to the last digit
	sensor contract.Reading
}

// channels are found by a search that is repeated now and then.
type channels struct {
	search func() ([]channel, error)
	found  []channel
	err    error     // of the last search
	next   time.Time // when to search again
}

func (c *channels) read(s *sample) error {
	if !s.now.Before(c.next) || c.next.Sub(s.now) > rescan {
		c.found, c.err = c.search()
		c.next = s.now.Add(rescan)
	}
	for i := range c.found {
		ch := &c.found[i]
		text, err := s.file.read(ch.path)
		var v int64
		if err == nil {
			v, err = parseNumber(text)
		}
		if err != nil {
			s.fail(ch.sensor, err)
			if missing(err) {
				c.next = s.now
			}
			continue
		}
		s.value(ch.sensor, float64(v)/ch.per)
	}
	return c.err
}

// parseNumber reads a sysfs file that holds one whole number.
func parseNumber(text []byte) (int64, error) {
	v, ok := intOf(bytes.TrimSpace(text))
	if !ok {
		return 0, errors.New("want a whole number")
	}
	return v, nil
}
