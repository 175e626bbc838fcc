package edge

import (
	"runtime"
	"strings"
)

// maxStacks bounds the stacks of all goroutines that stuck looks through.
const maxStacks = 1 << 20

// stuck returns the stacks of the workers that are in a handler. It costs
// nothing until somebody asks, unlike a list kept with every request.
func stuck() (stacks []string) {
	all := make([]byte, maxStacks)
	all = all[:runtime.Stack(all, true)]
	for stack := range strings.SplitSeq(string(all), "\n\n") {
		if strings.Contains(stack, "/internal/pool.(*Pool).run(") {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}
