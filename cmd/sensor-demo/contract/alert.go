package contract

import "time"

// Level says how urgent an alert is.
type Level string

const (
	Warning  Level = "warning"
	Critical Level = "critical"
)

// Alert is one rule's verdict on one reading. It is sent when Active changes,
// and each round of readings carries those that are active.
type Alert struct {
	Device  string    `json:"device"`
	ID      string    `json:"id"`      // within the device: the rule and the reading, such as "hot:thermal.cpu-thermal"
	Reading string    `json:"reading"` // the reading's ID
	Level   Level     `json:"level"`
	Text    string    `json:"text"`
	Value   *float64  `json:"value,omitempty"` // at the time Active changed
	Unit    string    `json:"unit,omitempty"`
	Since   time.Time `json:"since"` // when Active became what it is
	Active  bool      `json:"active"`
}
