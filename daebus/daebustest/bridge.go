package daebustest

import (
	"time"

	"github.com/daebus/daebus-go/daebus"
)

// Bridge sets what peers that connect from now on reach on the bus, as the setting
// bridge does; by default it is the service itself.
func (s *Service) Bridge(reach ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = daebus.NewBridge(s.service, reach, after)
}

func (s *Service) bridge() *daebus.Bridge {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over == nil {
		s.over = daebus.NewBridge(s.service, nil, after)
	}
	return s.over
}

func after(d time.Duration, fn func()) (stop func() bool) { return time.AfterFunc(d, fn).Stop }
