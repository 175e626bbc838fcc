package probe

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// thermalSource measures the thermal zones, which the kernel cools by.
func thermalSource(sys string) *source {
	dir := sys + "/class/thermal"
	c := &channels{search: func() ([]channel, error) { return findZones(dir) }}
	return &source{name: "thermal", kind: contract.Temperature, path: dir, read: c.read}
}

// findZones lists the zones by type. Zones of one type are told apart by the
// number of the zone, which follows the board's description and is stable.
func findZones(dir string) ([]channel, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var zones []channel
	var types []string
	count := make(map[string]int)
	for _, e := range entries {
		zone := filepath.Join(dir, e.Name())
		kind := firstLine(filepath.Join(zone, "type"))
		if !strings.HasPrefix(e.Name(), "thermal_zone") || kind == "" {
			continue
		}
		path := filepath.Join(zone, "temp")
		zones = append(zones, channel{path: path, per: 1e3, sensor: contract.Reading{
			ID: "thermal." + clean(kind), Name: kind, Kind: contract.Temperature, Unit: "°C", Source: path}})
		types = append(types, kind)
		count[kind]++
	}
	for i := range zones {
		if count[types[i]] > 1 {
			zones[i].sensor.ID += "@" + filepath.Base(filepath.Dir(zones[i].path))
		}
	}
	if len(zones) == 0 {
		return nil, none("no thermal zone")
	}
	return zones, nil
}
