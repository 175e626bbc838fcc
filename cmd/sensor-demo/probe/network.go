package probe

import (
	"bytes"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// netCount is what /proc/net/dev counts of one interface, in bytes.
type netCount struct {
	name           []byte // points into the text
	received, sent uint64
}

// networkSource measures the traffic of interfaces other than the loopback and
// the throw-away ends of containers.
func networkSource(proc string) *source {
	path := proc + "/net/dev"
	interfaces := make(devices)
	build := func(name string) []meter {
		of := func(what, text string) meter {
			return meter{scale: 1, sensor: contract.Reading{
				ID: "net." + name + "." + what, Name: name + " " + text, Kind: contract.Network, Unit: "B/s", Source: path}}
		}
		return []meter{of("rx", "received"), of("tx", "sent")}
	}
	read := func(s *sample) error {
		text, err := s.file.read(path)
		if err != nil {
			return err
		}
		for line, rest := cutLine(text); len(line) > 0; line, rest = cutLine(rest) {
			c, ok := parseInterface(line)
			if !ok || string(c.name) == "lo" || bytes.HasPrefix(c.name, []byte("veth")) {
				continue
			}
			d := interfaces.find(s, c.name, build)
			d.meters[0].report(s, c.received)
			d.meters[1].report(s, c.sent)
		}
		if len(interfaces) == 0 {
			return none("no interface but the loopback")
		}
		return nil
	}
	return &source{name: "net", kind: contract.Network, path: path, read: read}
}

// parseInterface reads one line: "eth0:" and counts, of which the first and the
// ninth are bytes received and sent. The header's two lines are not such lines.
// Old kernels leave no space after the colon; alias names hold one themselves.
func parseInterface(line []byte) (netCount, bool) {
	var c netCount
	i := bytes.LastIndexByte(line, ':')
	if i < 0 {
		return c, false
	}
	c.name = bytes.TrimSpace(line[:i])
	var okReceived, okSent bool
	c.received, okReceived = uintOf(nthField(line[i+1:], 0))
	c.sent, okSent = uintOf(nthField(line[i+1:], 8))
	return c, okReceived && okSent && len(c.name) > 0
}
