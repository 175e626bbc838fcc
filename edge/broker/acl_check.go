package broker

import "slices"

// Why a user may not run a command, as ACL LOG has it.
const (
	noCommand = "command"
	noKey     = "key"
	noChannel = "channel"
	noLogin   = "auth"
)

// denies says why the user may not run a command, and at which command, key or
// channel that was found; "" means that it may.
func (u *User) denies(cmd *command, args [][]byte) (reason, object string) {
	if u.full {
		return "", ""
	}
	if cmd.flags&noAuth == 0 && !u.allows(cmd) {
		return noCommand, cmd.name
	}
	if !u.allKeys {
		key, found := cmd.findKey(args, func(key []byte, use access) bool { return !u.mayUse(string(key), use) })
		if found {
			return noKey, string(key)
		}
	}
	channels, literal := cmd.channelsIn(args)
	for _, channel := range channels {
		if !u.mayHear(string(channel), literal) {
			return noChannel, string(channel)
		}
	}
	return "", ""
}

func (u *User) mayUse(key string, use access) bool {
	return slices.ContainsFunc(u.keys, func(p keyPattern) bool { return p.may&use == use && match(p.glob, key) })
}

// mayHear reports whether the user may use a channel. A pattern must be one of
// the user's own, letter by letter.
func (u *User) mayHear(channel string, literal bool) bool {
	return u.allChannels || slices.ContainsFunc(u.channels, func(glob string) bool {
		return literal && glob == channel || !literal && match(glob, channel)
	})
}

// mayHearAll reports whether the user may keep a client's subscriptions.
func (u *User) mayHearAll(c *client) bool {
	for f, topics := range c.topics {
		for name := range topics {
			if !u.mayHear(name, family(f) == patterns) {
				return false
			}
		}
	}
	return true
}

// forbidden reports whether the client's user may not run a command, and replies
// that.
func (c *client) forbidden(cmd *command, args [][]byte) bool {
	reason, object := c.user.denies(cmd, args)
	if reason == "" {
		return false
	}
	c.noteDenied(reason, object, c.user.name)
	switch reason {
	case noCommand:
		c.errorf("NOPERM this user has no permissions to run the '%s' command", object)
	case noKey:
		c.errorText("NOPERM this user has no permissions to access one of the keys used as arguments")
	case noChannel:
		c.errorText("NOPERM this user has no permissions to access one of the channels used as arguments")
	}
	return true
}

// forbiddenNow is forbidden for a command that was allowed when it was queued.
func (c *client) forbiddenNow(q queued) bool {
	reason, object := c.user.denies(q.cmd, q.args)
	if reason == "" {
		return false
	}
	c.noteDenied(reason, object, c.user.name)
	why := "no permission to execute the command or subcommand"
	switch reason {
	case noKey:
		why = "no permission to touch the specified keys"
	case noChannel:
		why = "no permission to access one of the channels used as arguments to the command"
	}
	c.errorText("NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call." +
		" This command is no longer allowed for the following reason: " + why)
	return true
}
