package jobs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// WatchClock calls set each time the wall clock is set, by hand or by NTP, or
// the machine wakes from suspend, until ctx is done. It costs a file descriptor
// and no wake-ups: the kernel cancels a timer that never ends, see
// TFD_TIMER_CANCEL_ON_SET in timerfd_create(2). Elsewhere than on Linux it
// returns errors.ErrUnsupported.
func WatchClock(ctx context.Context, set func()) error {
	const realtime = 0
	fd, _, errno := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, realtime, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if errno != 0 {
		return fmt.Errorf("jobs: watch the clock: timerfd_create: %w", errno)
	}
	timer := os.NewFile(fd, "timerfd")
	defer timer.Close()
	defer context.AfterFunc(ctx, func() { _ = timer.SetReadDeadline(time.Unix(1, 0)) })()

	for {
		if err := arm(timer); err != nil {
			return fmt.Errorf("jobs: watch the clock: timerfd_settime: %w", err)
		}
		var expirations [8]byte
		switch _, err := timer.Read(expirations[:]); {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, syscall.ECANCELED):
			set()
		case err != nil:
			return fmt.Errorf("jobs: watch the clock: %w", err)
		default: // a 32-bit kernel's last second
			return errors.New("jobs: watch the clock: its timer has ended")
		}
	}
}

// arm starts the timer, for a time as far away as the kernel knows one.
func arm(timer *os.File) error {
	const absolute, cancelOnSet = 1, 2
	spec := struct{ interval, value syscall.Timespec }{value: syscall.Timespec{Sec: math.MaxInt}}
	conn, err := timer.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	err = conn.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall6(syscall.SYS_TIMERFD_SETTIME, fd, absolute|cancelOnSet,
			uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	})
	if err == nil && errno != 0 {
		err = errno
	}
	return err
}
