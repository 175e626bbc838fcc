// Package rawio spares a socket what Go does around a system call.
//
// Before a system call the scheduler is told that it may block. Where the process
// was idle that wakes the scheduler's monitor, a thread of its own, for some
// twenty-microsecond naps: more work than a short message is, and on a small board
// it takes the core that the message's receiver needs. A socket of the net package
// never blocks in the kernel; waiting is the poller's. So its reads and writes need
// not be announced (syscall.RawSyscall). Measured with one caller over Redis on two
// cores: 0.7 of the time for a round trip, and 0.7 of the processor's.
//
// Two processes that do nothing but wait for each other gain nothing. Where the kernel
// wakes each on a core of its own, and a halted core takes long to wake, as one of a
// virtual machine does, they lose: BenchmarkRoundTrip was measured at 10 µs without and
// at 93 µs with rawio while nothing else ran, and at 11 µs each while something did.
//
// To wait is dear as well: the thread goes to sleep and another core has to wake it, and
// where much comes that is for a few microseconds. A Read may therefore look again
// before it waits, see Look: 4 times, and up to 256 as long as that is not in vain. In
// between it leaves the core to whatever else there is to run. Measured over Redis on two
// cores: 1.2 times the requests with 16 callers and 1.1 times with 64 and 256, for 1.1
// times the processor's time at 16 and 64, and 0.95 at 256.
//
// The price: while the kernel copies, 64 KiB at a time and so for some tens of
// microseconds, the garbage collector waits for it.
package rawio
