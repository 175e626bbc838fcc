package probe

import (
	"fmt"
	"io/fs"
	"syscall"
)

// maxFile bounds what is read of one file. The longest are the mount tables of
// container hosts, of some tens of kilobytes.
const maxFile = 256 << 10

// file reads whole small files into one buffer. It costs one allocation, for
// the path; package os makes three, to prepare for polling what cannot be polled.
type file struct{ buf []byte }

// read returns the content of path, valid until the next read.
func (f *file) read(path string) ([]byte, error) {
	return f.head(path, maxFile)
}

// head is read for a file whose tail beyond size is of no interest. A file
// longer than maxFile is an error, and so is one that would block.
func (f *file) head(path string, size int) ([]byte, error) {
	fd, err := open(path)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer syscall.Close(fd)
	if f.buf == nil {
		f.buf = make([]byte, 4<<10)
	}
	n := 0
	for {
		got, err := syscall.Read(fd, f.buf[n:])
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return nil, &fs.PathError{Op: "read", Path: path, Err: err}
		}
		n += got
		switch {
		case got <= 0 || n >= size && size < maxFile:
			return f.buf[:n], nil
		case n >= maxFile:
			return nil, fmt.Errorf("read %s: longer than %d bytes", path, maxFile)
		case n == len(f.buf):
			f.buf = append(f.buf, make([]byte, n)...)
		}
	}
}

// open never waits: a FIFO in place of a file would otherwise wait for a writer.
func open(path string) (fd int, err error) {
	for {
		fd, err = syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
		if err != syscall.EINTR {
			return fd, err
		}
	}
}
