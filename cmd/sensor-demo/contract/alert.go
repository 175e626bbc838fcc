package contract

import "time"

// Level says how urgent an alert is.
type Level string

const (
	Warning  Level = "warning"
	Critical Level = "critical"
)

// Alert is one rule's verdict on one reading. It is sent when Active changes.
type Alert struct {
	ID      string    `json:"id"`      // the rule and the reading, such as "hot:thermal.cpu-thermal"
	Reading string    `json:"reading"` // the reading's ID
	Level   Level     `json:"level"`
	Text    string    `json:"text"`
	Value   *float64  `json:"value,omitempty"` // at the time Active changed
	Unit    string    `json:"unit,omitempty"`
	Since   time.Time `json:"since"` // when Active became what it is
	Active  bool      `json:"active"`
}
