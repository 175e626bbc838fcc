package pool_test

import (
	"sync"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/pool"
)

const benchWorkers, benchQueue = 8, 256

// BenchmarkSubmit runs short tasks from one submitter, who waits when half a
// queue is out, beside the plainest pool there is: a channel of functions.
func BenchmarkSubmit(b *testing.B) {
	b.Run("pool", func(b *testing.B) {
		p := closed(b, pool.New(benchWorkers, benchQueue, nil))
		submit(b, p.Submit)
	})
	b.Run("lane", func(b *testing.B) {
		p := closed(b, pool.New(benchWorkers, benchQueue, nil))
		submit(b, p.NewLane(1, benchQueue).Submit)
	})
	b.Run("here", func(b *testing.B) {
		p := closed(b, pool.New(benchWorkers, benchQueue, nil))
		submit(b, p.NewLane(1, benchQueue).Do)
	})
	b.Run("channel", func(b *testing.B) {
		tasks := make(chan func(), benchQueue)
		var workers sync.WaitGroup
		for range benchWorkers {
			workers.Go(func() {
				for task := range tasks {
					task()
				}
			})
		}
		defer workers.Wait()
		defer close(tasks)
		submit(b, func(task func()) bool {
			select {
			case tasks <- task:
				return true
			default:
				return false
			}
		})
	})
}

func submit(b *testing.B, submit func(func()) bool) {
	b.ReportAllocs()
	var out sync.WaitGroup
	task := out.Done
	for n := 0; b.Loop(); n++ {
		out.Add(1)
		if !submit(task) {
			b.Fatal("refused")
		}
		if n%(benchQueue/2) == 0 {
			out.Wait()
		}
	}
	out.Wait()
}
