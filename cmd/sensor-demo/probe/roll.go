package probe

import (
	"slices"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// maxRoll bounds the sensors remembered of one source. Beyond it those that
// are gone are forgotten.
const maxRoll = 256

// roll remembers the sensors of one source, so that one which is not reported
// any more is reported absent, or failed when its source has.
type roll struct {
	index map[string]int // by ID, into names
	names []enrolled
	round uint64
}

type enrolled struct {
	sensor contract.Reading // without a value
	round  uint64           // the last round it answered in
}

// call enrols the readings from s.readings[from:], drops any that repeats an
// ID, and answers for the sensors that did not.
func (r *roll) call(s *sample, from int, err error) {
	if r.index == nil {
		r.index = make(map[string]int)
	}
	r.round++
	kept := s.readings[:from]
	for _, reading := range s.readings[from:] {
		i, ok := r.index[reading.ID]
		if ok && r.names[i].round == r.round {
			continue
		}
		if !ok {
			i = len(r.names)
			r.index[reading.ID] = i
			r.names = append(r.names, enrolled{sensor: describe(reading)})
		}
		r.names[i].round = r.round
		kept = append(kept, reading)
	}
	s.readings = kept
	if len(r.names) > maxRoll {
		r.forget()
	}
	for _, e := range r.names {
		switch {
		case e.round == r.round:
		case err != nil:
			s.fail(e.sensor, err)
		default:
			s.absent(e.sensor, "gone")
		}
	}
}

// forget drops the sensors that did not answer in this round.
func (r *roll) forget() {
	r.names = slices.DeleteFunc(r.names, func(e enrolled) bool { return e.round != r.round })
	clear(r.index)
	for i, e := range r.names {
		r.index[e.sensor.ID] = i
	}
}

// describe returns what is always true of a reading's sensor.
func describe(r contract.Reading) contract.Reading {
	return contract.Reading{ID: r.ID, Name: r.Name, Kind: r.Kind, Unit: r.Unit, Source: r.Source}
}
