// Package jobs runs a service's Every and Cron work.
//
// Intervals run on the monotonic clock: setting the time of day moves none of
// them. They keep the beat of the start, whatever a run takes. Cron runs on the
// wall clock in local time by gocron's rules; nothing is due twice, a due time
// that was missed by more than a minute is left out, and where the clock falls
// back an hour what runs once a day runs once.
//
// A job never overlaps itself: what falls due while it still runs is left out
// and counted. One goroutine and one timer serve all jobs, so that an idle
// device sleeps until the next one is due.
//
// Errors and panics are logged once per streak, and once when the job is well
// again; repetitions are logged at debug level. The job goes on.
package jobs
