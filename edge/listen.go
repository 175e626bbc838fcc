package edge

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// A door is an address of the broker that this process hosts.
type door struct {
	address, setting string
	open             func() (net.Listener, error)
}

// tcpDoor is the broker's main address.
func tcpDoor(address, setting string) door {
	return door{address, setting, func() (net.Listener, error) { return net.Listen("tcp", address) }}
}

// openDoors opens all of them, or none.
func openDoors(doors []door) (listeners []net.Listener, err error) {
	for _, d := range doors {
		ln, err := d.open()
		if err != nil {
			for _, ln := range listeners {
				ln.Close()
			}
			return nil, listenError("broker", d.address, d.setting, err)
		}
		listeners = append(listeners, ln)
	}
	return listeners, nil
}

// listenUnix listens at path, in place of a socket that a process which is no
// more has left there.
func listenUnix(path string, mode fs.FileMode) (net.Listener, error) {
	if err := clearSocket(path); err != nil {
		return nil, err
	}
	// The mode is set before the socket has a name: nobody may get in earlier.
	early := net.ListenConfig{Control: func(_, _ string, conn syscall.RawConn) (err error) {
		return errors.Join(conn.Control(func(fd uintptr) { err = syscall.Fchmod(int(fd), uint32(mode)) }), err)
	}}
	ln, err := early.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, mode); err != nil { // what the umask has taken away
		ln.Close()
		return nil, err
	}
	return ln, nil
}

func clearSocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("what is there is not a socket")
	}
	conn, err := net.Dial("unix", path)
	switch {
	case err == nil:
		conn.Close()
		return syscall.EADDRINUSE
	case errors.Is(err, syscall.ECONNREFUSED):
		return os.Remove(path)
	}
	return err
}

// listenError says in plain words why an address cannot be listened on.
func listenError(what, address, setting string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s: %s is taken by another process; stop that one, or choose another address with --%s: %w", what, address, setting, err)
	}
	return fmt.Errorf("%s: listen on %s: %w", what, address, err)
}
