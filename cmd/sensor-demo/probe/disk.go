package probe

import (
	"bytes"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// diskCount is what /proc/diskstats counts of one device since boot.
type diskCount struct {
	name          []byte // points into the text
	read, written uint64 // in sectors of 512 bytes, whatever the drive's own
	busy          uint64 // in milliseconds
}

// diskSource measures the traffic of whole drives: not of partitions, whose
// traffic is the drive's, nor of devices made of others.
func diskSource(proc string) *source {
	path := proc + "/diskstats"
	disks := make(devices)
	build := func(name string) []meter {
		of := func(what, text, unit string, scale float64) meter {
			return meter{scale: scale, sensor: contract.Reading{
				ID: "disk." + name + "." + what, Name: name + " " + text, Kind: contract.Disk, Unit: unit, Source: path}}
		}
		return []meter{of("read", "read", "B/s", 512), of("write", "written", "B/s", 512), of("busy", "busy", "%", 0.1)}
	}
	read := func(s *sample) error {
		text, err := s.file.read(path)
		if err != nil {
			return err
		}
		for line, rest := cutLine(text); len(line) > 0; line, rest = cutLine(rest) {
			c, ok := parseDisk(line)
			if !ok || !wholeDrive(c.name) {
				continue
			}
			d := disks.find(s, c.name, build)
			d.meters[0].report(s, c.read)
			d.meters[1].report(s, c.written)
			d.meters[2].report(s, c.busy)
		}
		if len(disks) == 0 {
			return none("no drive")
		}
		return nil
	}
	return &source{name: "disk", kind: contract.Disk, path: path, read: read}
}

// parseDisk reads one line: major, minor, name, and counts of which the third,
// seventh and tenth are sectors read, sectors written, and time busy.
func parseDisk(line []byte) (diskCount, bool) {
	var c diskCount
	_, rest := cutField(line)
	_, rest = cutField(rest)
	c.name, rest = cutField(rest)
	var counts [10]uint64
	for i := range counts {
		var field []byte
		var ok bool
		field, rest = cutField(rest)
		if counts[i], ok = uintOf(field); !ok {
			return c, false
		}
	}
	c.read, c.written, c.busy = counts[2], counts[6], counts[9]
	return c, len(c.name) > 0
}

// wholeDrive tells drives such as sda, mmcblk0 and nvme0n1 from their
// partitions sda1, mmcblk0p1 and nvme0n1p1, and from everything else.
func wholeDrive(name []byte) bool {
	for _, prefix := range []string{"sd", "vd", "hd", "xvd"} {
		if letters, ok := bytes.CutPrefix(name, []byte(prefix)); ok {
			return len(letters) > 0 && only(letters, 'a', 'z')
		}
	}
	if number, ok := bytes.CutPrefix(name, []byte("mmcblk")); ok {
		return len(number) > 0 && only(number, '0', '9')
	}
	if numbers, ok := bytes.CutPrefix(name, []byte("nvme")); ok {
		controller, space, ok := bytes.Cut(numbers, []byte("n"))
		return ok && len(controller) > 0 && len(space) > 0 && only(controller, '0', '9') && only(space, '0', '9')
	}
	return false
}

// only reports whether all of name is from low to high.
func only(name []byte, low, high byte) bool {
	for _, c := range name {
		if c < low || c > high {
			return false
		}
	}
	return true
}
