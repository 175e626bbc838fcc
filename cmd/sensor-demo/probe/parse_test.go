package probe

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDelta(t *testing.T) {
	for _, c := range []struct {
		prev, cur, want uint64
		ok              bool
	}{
		{5, 5, 0, true},
		{5, 12, 7, true},
		{1<<32 - 6, 4, 10, true},
		{1<<32 - 1, 0, 1, true},
		{1 << 31, 4, 0, false},          // too far from the top to have wrapped
		{1<<32 - 6, 1 << 31, 0, false},  // too far from the bottom
		{1<<40 + 5, 4, 0, false},        // was counted in 64 bits
		{1<<64 - 1, 0, 0, false},        // nothing counts that far
		{0, 1<<64 - 1, 1<<64 - 1, true}, // made into a suspect value by its size
	} {
		if got, ok := delta(c.prev, c.cur); got != c.want || ok != c.ok {
			t.Errorf("delta(%d, %d): got %d, %v; want %d, %v", c.prev, c.cur, got, ok, c.want, c.ok)
		}
	}
}

func TestWholeDrive(t *testing.T) {
	for name, want := range map[string]bool{
		"sda": true, "sdaa": true, "vdb": true, "xvda": true, "mmcblk0": true, "mmcblk12": true, "nvme0n1": true,
		"sda1": false, "sd": false, "mmcblk": false, "mmcblk0p1": false, "mmcblk0boot0": false, "nvme0n1p2": false, "nvme0": false,
		"nvme0c0n1": false, "loop0": false, "ram0": false, "dm-0": false, "md0": false, "zram0": false, "sr0": false, "": false,
	} {
		if got := wholeDrive([]byte(name)); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestLocalMounts(t *testing.T) {
	for _, c := range []struct{ name, table, want string }{
		{"one drive, bound twice", "/dev/sda1 / ext4\n/dev/sda1 /srv ext4\n", "/"},
		{"read-only root under an overlay", "overlay / overlay\n/dev/mmcblk0p1 /boot vfat\noverlay /var/lib/docker/x overlay\n", "/ /boot"},
		{"memory and network", "tmpfs /run tmpfs\nnas:/a /mnt nfs\n//nas/b /smb cifs\nx /f fuse.sshfs\n", ""},
		{"hidden by a network mount", "/dev/sdb1 /mnt ext4\nnas:/a /mnt nfs\n", ""},
		{"hidden from above", "/dev/sdb1 /mnt/a ext4\ntmpfs /mnt tmpfs\n", ""},
		{"across a network mount", "nas:/a /net nfs\n/dev/sdb1 /net/disk ext4\n/dev/sdc1 /network ext4\n", "/network"},
		{"automounted", "systemd-1 /boot autofs\n/dev/sda1 /boot vfat\n", "/boot"},
		{"root on the network", "nas:/root / nfs\n/dev/sda1 /data xfs\n", "/data"},
		{"bound where it can be seen", "/dev/sdb1 /mnt ext4\nnas:/a /mnt nfs\n/dev/sdb1 /disk ext4\n", "/disk"},
		{"escaped", `/dev/sdb1 /media/a\040b\134c ext4` + "\n", `/media/a b\c`},
		{"relative", "/dev/sdb1 mnt ext4\n/dev/sdb1\n", ""},
	} {
		if got := strings.Join(localMounts(parseMounts([]byte(c.table))), " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestParseInterface(t *testing.T) {
	for line, want := range map[string]string{
		" eth0: 10 1 0 0 0 0 0 0 20 2 0 0 0 0 0 0": "eth0 10 20",
		"eth0:10 1 0 0 0 0 0 0 20":                 "eth0 10 20",
		"eth0:1: 10 1 0 0 0 0 0 0 20":              "eth0:1 10 20",
	} {
		c, ok := parseInterface([]byte(line))
		if got := fmt.Sprintf("%s %d %d", c.name, c.received, c.sent); !ok || got != want {
			t.Errorf("%q: got %q, %v", line, got, ok)
		}
	}
	for _, line := range []string{"", " face |bytes", ": 1 2 3 4 5 6 7 8 9", "eth0: 1 2 3", "eth0: -1 1 0 0 0 0 0 0 20"} {
		if c, ok := parseInterface([]byte(line)); ok {
			t.Errorf("%q: got %+v", line, c)
		}
	}
}

func TestOldKernels(t *testing.T) {
	m, err := parseMemory([]byte("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 20 kB\nCached: 30 kB\n"))
	if err != nil || m.available != 150<<10 {
		t.Errorf("no MemAvailable: got %+v, %v", m, err)
	}
	ticks, err := parseCPU([]byte("cpu 1 2 3 4\n"))
	if err != nil || ticks != (cpuTicks{1, 2, 3, 4}) {
		t.Errorf("four columns: got %v, %v", ticks, err)
	}
	p, err := parsePressure([]byte("some avg10=1.50 avg60=0.00 avg300=0.00 total=1\n"))
	if err != nil || p.some != 1.5 || p.hasFull {
		t.Errorf("no full line: got %+v, %v", p, err)
	}
}

func TestScratchpad(t *testing.T) {
	pad := func(bytes, verdict, t string) string {
		return bytes + " : crc=" + bytes[len(bytes)-2:] + " " + verdict + "\n" + bytes + " t=" + t + "\n"
	}
	for _, c := range []struct {
		name, text   string
		celsius      float64
		doubt, wrong string // part of the reason
	}{
		{"usual", pad("4b 01 4b 46 7f ff 05 10 e1", "YES", "20687"), 20.6875, "", ""},
		{"just below zero", pad("ff ff 4b 46 7f ff 01 10 9a", "YES", "-62"), -0.0625, "", ""},
		{"power-on", pad("50 05 4b 46 7f ff 0c 10 1c", "YES", "85000"), 85, "is the power-on value", ""},
		{"truly 85", pad("50 05 4b 46 7f ff 10 10 bd", "YES", "85000"), 85, "", ""},
		{"85 of a copy", pad("50 05 4b 46 7f ff ff 10 d0", "YES", "85000"), 85, "may be the power-on value", ""},
		{"too hot for the chip", pad("e0 07 4b 46 7f ff 10 10 a9", "YES", "126000"), 126, "outside the chip's range", ""},
		{"zeros", pad("00 00 00 00 00 00 00 00 00", "YES", "0"), 0, "", "all bytes are zero"},
		{"the kernel says no", pad("4b 01 4b 46 7f ff 05 10 e1", "NO", "20687"), 0, "", "checksum"},
		{"the kernel says yes, wrongly", pad("4b 01 4b 46 7f ff 05 10 e2", "YES", "20687"), 0, "", "checksum"},
		{"nobody answered", pad("ff ff ff ff ff ff ff ff ff", "NO", "-62"), 0, "", "checksum"},
		{"t of another read", pad("4b 01 4b 46 7f ff 05 10 e1", "YES", "23125"), 0, "", "not what the bytes say"},
		{"one line", "4b 01 4b 46 7f ff 05 10 e1 : crc=e1 YES\n", 0, "", "two lines"},
		{"eight bytes", pad("4b 01 4b 46 7f ff 05 10", "YES", "20687"), 0, "", "nine bytes"},
		{"ten bytes", pad("4b 01 4b 46 7f ff 05 10 e1 00", "YES", "20687"), 0, "", "nine bytes"},
		{"not hexadecimal", pad("4b 01 4b 46 7f ff 05 10 zz", "YES", "20687"), 0, "", "nine bytes"},
		{"t is no number", pad("4b 01 4b 46 7f ff 05 10 e1", "YES", ""), 0, "", "not a whole number"},
		{"empty", "", 0, "", "two lines"},
	} {
		p, err := parseScratchpad([]byte(c.text))
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: got %v, want %q", c.name, err, c.wrong)
			}
		case err != nil || p.celsius() != c.celsius:
			t.Errorf("%s: got %v, %v; want %v", c.name, p.celsius(), err, c.celsius)
		case !strings.Contains(p.doubt(), c.doubt) || (p.doubt() == "") != (c.doubt == ""):
			t.Errorf("%s: got doubt %q, want %q", c.name, p.doubt(), c.doubt)
		}
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{`a\040b`: "a b", `\134`: `\`, `\04`: `\04`, `\777`: `\777`, `\`: `\`, ``: ``, `\011\012`: "\t\n"} {
		if got := unescape([]byte(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzProcfs(f *testing.F) {
	for _, text := range []string{
		"cpu  184062 1203 96577 13842011 20418 0 4127 0 0 0\n",
		"MemTotal: 3884360 kB\nMemAvailable: 3201804 kB\nSwapTotal: 10 kB\nSwapFree: 20 kB\n",
		"0.52 0.31 0.18 1/187 41877\n", "nan inf -inf\n", "1e999 0x1p-2 1_0\n",
		"some avg10=1.25 avg60=0.80\nfull avg10=NaN\n",
		" 179 0 mmcblk0 1 2 3 4 5 6 7 8 9 10\n",
		"eth0: 10 1 0 0 0 0 0 0 20 2 0 0 0 0 0 0\n",
		"/dev/sdb1 /media/a\\040b ext4 rw 0 0\n/dev/sdb1 / ext4\n",
		"48199\n", "-9223372036854775808",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		given := bytes.Clone(text)
		parseCPU(text)
		parseNumber(text)
		if m, err := parseMemory(text); err == nil && (m.total == 0 || m.available > m.total || m.swapFree > m.swapTotal) {
			t.Errorf("memory: %+v", m)
		}
		if loads, err := parseLoad(text); err == nil && slices.ContainsFunc(loads[:], func(v float64) bool { return !finite(v) }) {
			t.Errorf("load: %v", loads)
		}
		if v, err := parseUptime(text); err == nil && !finite(v) {
			t.Errorf("uptime: %v", v)
		}
		if p, err := parsePressure(text); err == nil && !(finite(p.some) && finite(p.full)) {
			t.Errorf("pressure: %+v", p)
		}
		if c, ok := parseDisk(text); ok && len(c.name) == 0 {
			t.Error("a disk without a name")
		}
		if c, ok := parseInterface(text); ok && len(c.name) == 0 {
			t.Error("an interface without a name")
		}
		for _, point := range localMounts(parseMounts(text)) {
			if point[0] != '/' {
				t.Errorf("mount point %q", point)
			}
		}
		if !bytes.Equal(text, given) {
			t.Error("a parser changed its input")
		}
	})
}

func FuzzScratchpad(f *testing.F) {
	f.Add([]byte("4b 01 4b 46 7f ff 05 10 e1 : crc=e1 YES\n4b 01 4b 46 7f ff 05 10 e1 t=20687\n"))
	f.Add([]byte("50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n"))
	f.Add([]byte("00 00 00 00 00 00 00 00 00 : crc=00 YES\n00 00 00 00 00 00 00 00 00 t=0\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		pad, err := parseScratchpad(text)
		if err != nil {
			return
		}
		if pad == (scratchpad{}) || crc8(pad[:8]) != pad[8] || !finite(pad.celsius()) {
			t.Errorf("accepted % x", pad)
		}
		pad.doubt()
	})
}

func FuzzDelta(f *testing.F) {
	f.Add(uint64(5), uint64(12))
	f.Add(uint64(1<<32-6), uint64(4))
	f.Fuzz(func(t *testing.T, prev, cur uint64) {
		if d, ok := delta(prev, cur); ok && cur != prev+d && uint32(cur) != uint32(prev+d) {
			t.Errorf("delta(%d, %d) = %d", prev, cur, d)
		}
	})
}
