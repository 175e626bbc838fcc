// Package pool runs tasks on a fixed number of workers behind a bounded queue.
// Full is said at once: Submit never blocks.
//
// A Lane is a share of the pool for tasks that belong together, such as the
// messages of one WebSocket peer: few of them run at a time, in order when that
// is one. What a lane may not run yet waits in the lane and holds no worker, and
// a lane with a backlog goes to the back of the queue after each task, so that
// lanes take turns.
//
//	p := pool.New(8, 32, nil)
//	defer p.Close(ctx)
//	peer := p.NewLane(1, 16)
//	if !peer.Submit(task) {
//		// busy
//	}
package pool
