package probe

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
)

// volume is one mounted file system.
type volume struct {
	path       string
	used, free contract.Reading
}

// fileSystemSource measures how full the local file systems are. root is put
// before each mount point. The mount table is worked through only when it has
// changed.
func fileSystemSource(proc, root string) *source {
	path := proc + "/mounts"
	var table []byte
	var volumes []volume
	read := func(s *sample) error {
		text, err := s.file.read(path)
		if err != nil {
			return err
		}
		if table == nil || !bytes.Equal(text, table) {
			table = append(table[:0], text...)
			volumes = volumes[:0]
			for _, point := range localMounts(parseMounts(text)) {
				volumes = append(volumes, newVolume(root, point))
			}
		}
		if len(volumes) == 0 {
			return none("no local file system")
		}
		for i := range volumes {
			volumes[i].report(s)
		}
		return nil
	}
	return &source{name: "fs", kind: contract.FileSystem, path: path, read: read}
}

func newVolume(root, point string) volume {
	name := strings.ToValidUTF8(point, "_")
	of := func(what, text, unit string) contract.Reading {
		return contract.Reading{ID: "fs." + name + "." + what, Name: name + " " + text, Kind: contract.FileSystem, Unit: unit, Source: name}
	}
	return volume{path: root + point, used: of("used", "used", "%"), free: of("free", "free", "B")}
}

// report appends what df shows: the share used of what programs without
// privilege could use, and what is left to them.
func (v *volume) report(s *sample) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(v.path, &st); err != nil {
		err = &os.PathError{Op: "statfs", Path: v.path, Err: err}
		s.fail(v.used, err)
		s.fail(v.free, err)
		return
	}
	used := uint64(st.Blocks) - min(uint64(st.Blocks), uint64(st.Bfree))
	free := uint64(st.Bavail)
	if used+free == 0 {
		s.absent(v.used, "the file system has no blocks")
		s.absent(v.free, "the file system has no blocks")
		return
	}
	s.value(v.used, percent(used, used+free))
	s.value(v.free, float64(free)*float64(st.Bsize))
}

// mount is one line of the mount table.
type mount struct{ device, point, kind string }

// local are the file systems that sit on a drive of this machine.
var local = []string{"bcachefs", "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "jffs2", "jfs", "msdos", "ntfs3", "reiserfs", "ubifs", "vfat", "xfs", "zfs"}

// harmless are the other file systems that never wait for another machine.
var harmless = []string{"binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "erofs", "hugetlbfs",
	"iso9660", "mqueue", "nsfs", "overlay", "proc", "pstore", "ramfs", "rootfs", "securityfs", "squashfs", "sysfs", "tmpfs", "tracefs"}

// localMounts returns the mount points to measure, each drive once, under the
// point that was mounted first. A mount point that a later mount hides is not
// measured, and none that is reached across a file system which may wait for
// another machine: asking could hang.
func localMounts(mounts []mount) []string {
	var points, drives []string
	for i, m := range mounts {
		switch {
		case !slices.Contains(local, m.kind) && !(m.point == "/" && m.kind == "overlay"):
		case slices.Contains(drives, m.device):
		case slices.ContainsFunc(mounts[i+1:], func(later mount) bool { return later.point == m.point || later.above(m.point) }):
		case slices.ContainsFunc(mounts, func(other mount) bool { return other.mayHang() && other.above(m.point) }):
		default:
			points = append(points, m.point)
			drives = append(drives, m.device)
		}
	}
	return points
}

func (m mount) mayHang() bool {
	return !slices.Contains(local, m.kind) && !slices.Contains(harmless, m.kind)
}

// above reports whether path is below the mount point. The root is above
// nothing: it hides no later mount, and when it hangs, so does this process.
func (m mount) above(path string) bool {
	return m.point != "/" && len(path) > len(m.point) && strings.HasPrefix(path, m.point) && path[len(m.point)] == '/'
}

// parseMounts reads lines of device, mount point, type and options. Lines with
// a mount point that is not absolute are left out.
func parseMounts(text []byte) []mount {
	var mounts []mount
	for line, rest := cutLine(text); len(line) > 0; line, rest = cutLine(rest) {
		m := mount{unescape(nthField(line, 0)), unescape(nthField(line, 1)), string(nthField(line, 2))}
		if strings.HasPrefix(m.point, "/") && m.kind != "" {
			mounts = append(mounts, m)
		}
	}
	return mounts
}

// unescape resolves the three octal digits the kernel writes for white space
// and the backslash.
func unescape(field []byte) string {
	out := make([]byte, 0, len(field))
	for i := 0; i < len(field); i++ {
		if rest := field[i:]; len(rest) >= 4 && rest[0] == '\\' && only(rest[1:4], '0', '7') && rest[1] <= '3' {
			out = append(out, (rest[1]-'0')<<6|(rest[2]-'0')<<3|(rest[3]-'0'))
			i += 3
			continue
		}
		out = append(out, field[i])
	}
	return string(out)
}
