//go:build unix

package jobs_test

import (
	"context"
	"log/slog"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/jobs"
	"github.com/go-co-op/gocron/v2"
)

// BenchmarkThousandEachSecond measures the processor time and the allocations
// of a run, here and in gocron's own scheduler. One operation is a second.
func BenchmarkThousandEachSecond(b *testing.B) {
	const many = 1000
	b.Run("jobs", func(b *testing.B) {
		var count atomic.Int64
		round := make(chan struct{}, 1)
		var list []daebus.Job
		for i := range many {
			list = append(list, daebus.Job{Name: strconv.Itoa(i), Interval: time.Second, Run: func(context.Context) error {
				if count.Add(1)%many == 0 {
					round <- struct{}{}
				}
				return nil
			}})
		}
		s, err := jobs.New(list, slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		ctx, cancel := context.WithCancel(b.Context())
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		wg.Go(func() { s.Run(ctx) })
		measure(b, round, many)
	})
	b.Run("gocron", func(b *testing.B) {
		var count atomic.Int64
		round := make(chan struct{}, 1)
		s, err := gocron.NewScheduler()
		if err != nil {
			b.Fatal(err)
		}
		for range many {
			if _, err := s.NewJob(gocron.DurationJob(time.Second), gocron.NewTask(func() {
				if count.Add(1)%many == 0 {
					round <- struct{}{}
				}
			})); err != nil {
				b.Fatal(err)
			}
		}
		s.Start()
		defer s.Shutdown()
		measure(b, round, many)
	})
}

func measure(b *testing.B, round <-chan struct{}, runs int) {
	<-round
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(b)
	rounds := 0
	for b.Loop() {
		<-round
		rounds++
	}
	used := processorTime(b) - start
	runtime.ReadMemStats(&after)
	total := float64(rounds * runs)
	b.ReportMetric(float64(used.Nanoseconds())/total, "cpu-ns/run")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/total, "allocs/run")
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
