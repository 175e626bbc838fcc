// Package host runs the embedded broker for the services of a machine, in
// whichever process is first.
//
// Who may host is decided by a lock on the directory of the broker's log: its
// holder opens the log, listens, serves. So there are never two brokers on one
// log, nor one with no keys beside the log that has them. The kernel gives the
// lock up when its process ends, however that happens, and not before; then
// another process can have it, and what is in the log.
//
// A broker without a directory has no lock: there its address decides.
package host
