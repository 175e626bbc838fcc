package broker

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// What of a command a monitor is shown: so many arguments, and so much of each,
// as a line that is larger than its queue would cut it.
const (
	maxShownArgs = 128
	maxShownArg  = 1024
)

// monitor makes the client one that is shown every command. It is bounded as a
// subscriber is: one that does not read is cut.
func monitor(c *client, _ [][]byte) {
	switch {
	case c.executing:
		c.errorText("ERR MONITOR isn't allowed for DENY BLOCKING client")
	case !c.monitors:
		c.startOutput()
		c.monitors = true
		c.b.monitors = append(c.b.monitors, c)
		c.ok()
		c.hand()
	}
}

func (c *client) stopMonitor() {
	if c.monitors {
		c.monitors = false
		c.b.monitors = without(c.b.monitors, c)
	}
}

// show tells the monitors of a command that ran, but for what manages the
// broker, which may hold secrets.
func (c *client) show(cmd *command, args [][]byte) {
	if cmd.flags&admin != 0 {
		return
	}
	now := time.Now()
	line := fmt.Appendf(nil, "+%d.%06d [%d %s]", now.Unix(), now.Nanosecond()/1000, c.db, remote(c.conn))
	from, to := secrets(cmd, args)
	for i, a := range args {
		if i == maxShownArgs-1 && len(args) > maxShownArgs {
			line = fmt.Appendf(line, ` "... (%d more arguments)"`, len(args)-i)
			break
		}
		if i >= from && i < to {
			a = []byte("(redacted)")
		}
		line = appendQuoted(append(line, ' '), a)
	}
	line = append(line, "\r\n"...)
	f := frame{body: line, whole: &whole{bytes: line}}
	for _, m := range c.b.monitors {
		c.send(m, &f)
	}
}

// secrets are the arguments that are a user and a password.
func secrets(cmd *command, args [][]byte) (from, to int) {
	switch cmd.name {
	case "auth":
		return 1, len(args)
	case "hello":
		if i := slices.IndexFunc(args, func(a []byte) bool { return isWord(a, "AUTH") }); i > 0 {
			return i + 1, i + 3
		}
	}
	return 0, 0
}

// appendQuoted appends b in quotes, with what is not printable escaped.
func appendQuoted(dst, b []byte) []byte {
	more := 0
	if len(b) > maxShownArg {
		b, more = b[:maxShownArg], len(b)-maxShownArg
	}
	dst = append(dst, '"')
	for _, ch := range b {
		i := strings.IndexByte("\\\"\a\b\t\n\r", ch)
		switch {
		case i >= 0:
			dst = append(dst, '\\', `\"abtnr`[i])
		case ch >= ' ' && ch <= '~':
			dst = append(dst, ch)
		default:
			dst = fmt.Appendf(dst, `\x%02x`, ch)
		}
	}
	if more > 0 {
		dst = fmt.Appendf(dst, "... (%d more bytes)", more)
	}
	return append(dst, '"')
}
