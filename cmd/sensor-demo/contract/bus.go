package contract

import (
	"encoding/json"

	"github.com/daebus/daebus-go/daebus"
)

// Service is the name of the service that measures.
const Service = "sensor"

// What the service says of its own accord.
const (
	ReadingsTopic daebus.Topic[Readings] = "readings" // once each round of sampling
	AlertsTopic   daebus.Topic[Alert]    = "alerts"   // when an alert begins or ends
)

// What the service is asked.
var (
	Read        = daebus.Method[ReadRequest, Readings]{Service: Service, Action: "read"}
	List        = daebus.Method[ListRequest, ListReply]{Service: Service, Action: "list"}
	Calibrate   = daebus.Method[CalibrateRequest, CalibrateReply]{Service: Service, Action: "calibrate"} // progress is CalibrateStep
	SetInterval = daebus.Method[IntervalRequest, IntervalReply]{Service: Service, Action: "set_interval"}
	Echo        = daebus.Method[json.RawMessage, json.RawMessage]{Service: Service, Action: "echo"} // the payload as it came
)
