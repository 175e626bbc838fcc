package notify

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// patience bounds one send; only a service manager that hangs takes longer.
const patience = time.Second

// Notifier sends to the service manager that started this process. A nil
// *Notifier means that there is none. It may be used concurrently.
type Notifier struct {
	socket   string
	watchdog time.Duration // what systemd allows between two beats; 0: no watchdog
}

// New reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment.
// It returns nil and no error when the process does not run under systemd with
// Type=notify. It leaves the environment as it is.
func New() (*Notifier, error) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil, nil
	}
	// A leading @ stands for an abstract socket, to systemd as to package net.
	if socket[0] != '/' && socket[0] != '@' {
		return nil, fmt.Errorf("notify: NOTIFY_SOCKET %q: want an absolute path or @name", socket)
	}
	watchdog, err := watchdog()
	if err != nil {
		return nil, err
	}
	return &Notifier{socket: socket, watchdog: watchdog}, nil
}

// Ready says that the service has started: units ordered after it may start.
func (n *Notifier) Ready() error { return n.send("READY=1") }

// Stopping says that the service is shutting down.
func (n *Notifier) Stopping() error { return n.send("STOPPING=1") }

// Status shows one line of text in systemctl status.
func (n *Notifier) Status(text string) error {
	// A line break would start another variable.
	return n.send("STATUS=" + strings.NewReplacer("\n", " ", "\r", " ").Replace(text))
}

// Watchdog says that the service makes progress. systemd restarts a service
// that has not said so for twice WatchdogInterval.
func (n *Notifier) Watchdog() error { return n.send("WATCHDOG=1") }

// WatchdogInterval is how often Watchdog should be called: half of what systemd
// allows, as sd_watchdog_enabled(3) advises. 0 means that nobody watches.
func (n *Notifier) WatchdogInterval() time.Duration {
	if n == nil {
		return 0
	}
	return n.watchdog / 2
}

// send connects each time: it is rare, holds no descriptor, and finds a service
// manager that was restarted meanwhile.
func (n *Notifier) send(state string) error {
	if n == nil {
		return nil
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.socket, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	defer conn.Close()
	if err := conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	if _, err := conn.Write([]byte(state)); err != nil {
		return fmt.Errorf("notify: send %q: %w", state, err)
	}
	return nil
}

// watchdog returns what systemd allows between two beats of this process.
func watchdog() (time.Duration, error) {
	text := os.Getenv("WATCHDOG_USEC")
	if text == "" {
		return 0, nil
	}
	if pid := os.Getenv("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0, nil // meant for the process that started us
	}
	// 53 bits of microseconds fit into a Duration, and last for 285 years.
	usec, err := strconv.ParseUint(text, 10, 53)
	if err != nil || usec == 0 {
		return 0, fmt.Errorf("notify: WATCHDOG_USEC %q: want microseconds above 0", text)
	}
	return time.Duration(usec) * time.Microsecond, nil
}
