package probe

import (
	"os"
	"path/filepath"
	"strings"
)

// chip is one hwmon device.
type chip struct {
	dir  string // where its files are
	name string // given by its driver
	id   string // name, and the device's address where one board may have several
}

// findChips lists the hwmon devices. The N of hwmonN is in order of discovery
// and means nothing, so chips are told apart by where they are connected.
func findChips(dir string) ([]chip, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var chips []chip
	named := make(map[string]int)
	for _, e := range entries {
		c := chip{dir: filepath.Join(dir, e.Name())}
		c.name = firstLine(filepath.Join(c.dir, "name"))
		if c.name == "" {
			continue
		}
		c.id = clean(c.name)
		if removable(c.dir) {
			c.id += "@" + clean(address(c.dir))
		}
		named[c.id]++
		chips = append(chips, c)
	}
	for i, c := range chips { // a board with two of a kind: neither has the plain name
		if named[c.id] > 1 && !strings.Contains(c.id, "@") {
			chips[i].id += "@" + clean(address(c.dir))
		}
	}
	return chips, nil
}

// removable reports whether the chip is on a bus to which others like it could
// be connected. What the board itself holds is a platform device or a thermal
// zone, and its name is enough.
func removable(dir string) bool {
	subsystem, err := os.Readlink(filepath.Join(dir, "device", "subsystem"))
	if err != nil {
		return false
	}
	bus := filepath.Base(subsystem)
	return bus != "platform" && bus != "thermal"
}

// address returns the name of the chip's device on its bus: 1-0048 on I²C,
// 0000:01:00.0 on PCI. Names that are only counted, such as nvme0 under nvme,
// are passed over.
func address(dir string) string {
	device, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return filepath.Base(dir)
	}
	device = filepath.Dir(device) // of …/hwmon3
	if filepath.Base(device) == "hwmon" {
		device = filepath.Dir(device)
	}
	class := filepath.Base(filepath.Dir(device))
	if number, ok := strings.CutPrefix(filepath.Base(device), class); ok && only([]byte(number), '0', '9') {
		device = filepath.Dir(filepath.Dir(device))
	}
	return filepath.Base(device)
}

// label returns what a person calls the input.
func (c chip) label(input string) string {
	if label := firstLine(filepath.Join(c.dir, input+"_label")); label != "" {
		return c.name + " " + label
	}
	return c.name + " " + input
}

// firstLine returns the first line of a small file, or nothing.
func firstLine(path string) string {
	var f file
	text, err := f.head(path, 256)
	if err != nil {
		return ""
	}
	line, _ := cutLine(text)
	return strings.ToValidUTF8(strings.TrimSpace(string(line)), "_")
}

// clean makes a name fit to be part of an ID, in which dots separate and a
// final star is a pattern.
func clean(name string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == '*' || r == 0x7f {
			return '_'
		}
		return r
	}, name)
}
