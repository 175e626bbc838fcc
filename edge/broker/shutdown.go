package broker

import "github.com/daebus/daebus-go/edge/internal/resp"

// shutdown is SHUTDOWN, which has no reply but the end of the connection. A
// broker inside another process ends with that one, so there it is an error.
func shutdown(c *client, args [][]byte) {
	save, noSave, abort := false, false, false
	for _, a := range args[1:] {
		switch {
		case isWord(a, "SAVE"):
			save = true
		case isWord(a, "NOSAVE"):
			noSave = true
		case isWord(a, "ABORT"):
			abort = true
		case !isWord(a, "NOW") && !isWord(a, "FORCE"):
			c.errorText(errSyntax)
			return
		}
	}
	switch {
	case save && noSave || abort && len(args) > 2:
		c.errorText(errSyntax)
	case abort:
		c.errorText("ERR No shutdown in progress.")
	case c.b.cfg.Shutdown == nil:
		c.errorText("ERR this broker is part of another process: stop that one")
	default:
		c.b.cfg.Shutdown()
		c.b.cfg.Shutdown = func() {}
		c.quit = true
	}
}

// waitReplicas is WAIT. There are no replicas, ever, so it does not wait.
func waitReplicas(c *client, args [][]byte) {
	if _, ok := resp.ParseInt(args[1]); !ok {
		c.errorText(errNotInt)
		return
	}
	if _, ok := c.parseWait(args[2]); ok {
		c.int(0)
	}
}
