package broker

import (
	"slices"
	"strings"
)

// denial is why a user may not run a command.
type denial uint8

const (
	permitted denial = iota
	noCommand
	noKey
	noChannel
)

// deniedNow and deniedThen tell of it, the second where the client became
// another user in the transaction that has the command.
var (
	deniedNow = [...]string{
		noCommand: "run the '%s' command",
		noKey:     "access one of the keys used as arguments",
		noChannel: "access one of the channels used as arguments",
	}
	deniedThen = [...]string{
		noCommand: "execute the command or subcommand",
		noKey:     "touch the specified keys",
		noChannel: "access one of the channels used as arguments to the command",
	}
)

// denies says why the user may not run a command.
func (u *User) denies(cmd *command, args [][]byte) denial {
	if u.full {
		return permitted
	}
	if cmd.flags&noAuth == 0 && !u.allows(cmd) {
		return noCommand
	}
	if !u.is(anyKey) {
		may, rest := cmd.access(args)
		for _, key := range cmd.keysIn(args) {
			if !u.mayUse(key, may) {
				return noKey
			}
			may = rest
		}
	}
	if !u.is(anyChannel) {
		for _, channel := range cmd.channelsIn(args) {
			if !u.mayHear(channel, cmd.flags&patterned != 0) {
				return noChannel
			}
		}
	}
	return permitted
}

func (u *User) mayUse(key []byte, use access) bool {
	return slices.ContainsFunc(u.keys, func(p keyPattern) bool { return p.may&use == use && match(p.glob, key) })
}

// mayHear reports whether the user may use a channel. A pattern must be one of
// the user's own, letter by letter.
func (u *User) mayHear(channel []byte, literal bool) bool {
	return slices.ContainsFunc(u.channels, func(glob string) bool {
		if literal {
			return glob == string(channel)
		}
		return match(glob, channel)
	})
}

// forbidden reports whether the client's user may not run a command, and replies
// that.
func (c *client) forbidden(cmd *command, args [][]byte) bool {
	why := c.user.denies(cmd, args)
	switch {
	case why == permitted:
		return false
	case c.executing:
		c.errorText("NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call." +
			" This command is no longer allowed for the following reason: no permission to " + deniedThen[why])
	default:
		c.errorText("NOPERM this user has no permissions to " + strings.Replace(deniedNow[why], "%s", cmd.name, 1))
	}
	return true
}
