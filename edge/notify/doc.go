// Package notify tells systemd how a service is: started, stopping, alive.
//
// It speaks the protocol of sd_notify(3) and sd_watchdog_enabled(3): one
// datagram of VARIABLE=value lines to the Unix socket named by NOTIFY_SOCKET.
// Outside systemd, New returns a nil *Notifier, on which every method is a
// no-op, so that callers need not ask where they run.
package notify
