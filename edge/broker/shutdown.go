package broker

import "strings"

// shutdown is SHUTDOWN, which has no reply but the end of the connection. A
// broker inside another process ends with that one, so there it is an error.
func shutdown(c *client, args [][]byte) {
	said := make(map[string]bool)
	for _, a := range args[1:] {
		if !isWord(a, "SAVE", "NOSAVE", "NOW", "FORCE", "ABORT") {
			c.errorText(errSyntax)
			return
		}
		said[strings.ToUpper(string(a))] = true
	}
	switch {
	case said["SAVE"] && said["NOSAVE"] || said["ABORT"] && len(args) > 2:
		c.errorText(errSyntax)
	case said["ABORT"]:
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
	if _, ok := parseInt(args[1]); !ok {
		c.errorText(errNotInt)
		return
	}
	if _, ok := c.parseWait(args[2]); ok {
		c.int(0)
	}
}
