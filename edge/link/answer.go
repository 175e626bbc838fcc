package link

import (
	"fmt"
	"strings"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// waiter is who waits for an answer: a channel with room for one.
type waiter chan answer

func newWaiter() waiter { return make(waiter, 1) }

// Receipt implements receipt.
func (w waiter) Receipt(receivers int, err error) { w <- answer{receivers, err} }

// answer is what a command was answered: an error, or nil; n is the reply when
// it is a number.
type answer struct {
	n   int
	err error
}

func answerOf(r resp.Reply) answer {
	if r.Failed() {
		return answer{err: refusal(string(r.Bytes))}
	}
	return answer{n: int(r.Int)}
}

// refusal is the error that an error reply stands for. Its first word is
// Redis' own code.
func refusal(text string) error {
	code := daebus.Internal
	switch word, _, _ := strings.Cut(text, " "); word {
	case "NOAUTH", "NOPERM", "WRONGPASS":
		code = daebus.Denied
	case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "TRYAGAIN":
		code = daebus.Unavailable
	case "OOM":
		code = daebus.Busy
	}
	return fmt.Errorf("%w: the bus refused: %s", code, text) // a stranger reads the code
}
