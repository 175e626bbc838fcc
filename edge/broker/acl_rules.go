package broker

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// What is wrong with a rule, in Redis' words.
const (
	badRule      = "Syntax error"
	badCommand   = "Unknown command or category name in ACL"
	badHash      = "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"
	noPassword   = "The password you are trying to remove from the user does not exist"
	deepCommand  = "Allowing first-arg of a subcommand is not supported"
	firstArg     = "Allowing first-arg of a command is not supported by the embedded broker"
	selector     = "Selectors are not supported by the embedded broker"
	idleKeys     = "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns"
	idleChannels = "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels"
)

// apply changes the user by one rule, or says what is wrong with it.
func (u *User) apply(rule string, t *table) (problem string) {
	switch word := strings.ToLower(rule); word {
	case "on":
		u.enabled = true
	case "off":
		u.enabled = false
	case "nopass":
		u.open, u.passwords = true, nil
	case "resetpass":
		u.open, u.passwords = false, nil
	case "allkeys", "~*":
		u.allKeys, u.keys = true, nil
	case "resetkeys":
		u.allKeys, u.keys = false, nil
	case "allchannels", "&*":
		u.allChannels, u.channels = true, nil
	case "resetchannels":
		u.allChannels, u.channels = false, nil
	case "allcommands":
		problem = u.applyCommand("+@all", t)
	case "nocommands":
		problem = u.applyCommand("-@all", t)
	case "reset":
		*u = User{name: u.name, payload: "sanitize-payload"}
	case "sanitize-payload", "skip-sanitize-payload":
		u.payload = word
	case "clearselectors", "": // there are none
	default:
		problem = u.applySign(rule, t)
	}
	u.full = u.allKeys && u.allChannels && u.allCommands && len(u.rules) == 0
	return problem
}

// applySign does a rule that begins with a sign.
func (u *User) applySign(rule string, t *table) (problem string) {
	switch rest := rule[1:]; rule[0] {
	case '>':
		u.addPassword(passwordSum([]byte(rest)))
	case '<':
		return u.removePassword(passwordSum([]byte(rest)))
	case '#', '!':
		switch {
		case !isHash(rest):
			return badHash
		case rule[0] == '!':
			return u.removePassword(rest)
		}
		u.addPassword(rest)
	case '~', '%':
		return u.applyKey(rule)
	case '&':
		return u.applyChannel(rest)
	case '+', '-':
		return u.applyCommand(strings.ToLower(rule), t)
	case '(':
		return selector
	default:
		return badRule
	}
	return ""
}

func isHash(text string) bool {
	return len(text) == hex.EncodedLen(sha256.Size) && strings.Trim(text, "0123456789abcdef") == ""
}

func (u *User) addPassword(sum string) {
	u.open = false
	if !slices.Contains(u.passwords, sum) {
		u.passwords = append(u.passwords, sum)
	}
}

func (u *User) removePassword(sum string) (problem string) {
	i := slices.Index(u.passwords, sum)
	if i < 0 {
		return noPassword
	}
	u.passwords = slices.Delete(u.passwords, i, i+1)
	return ""
}

// applyKey adds what ~pattern allows to read and write, %R~pattern and
// %W~pattern to do one of them.
func (u *User) applyKey(rule string) (problem string) {
	sign, glob, ok := strings.Cut(rule, "~")
	may := accessOf(sign)
	switch {
	case u.allKeys:
		return idleKeys
	case !ok || may == 0 || hasSpace(glob):
		return badRule
	}
	for i := range u.keys {
		if u.keys[i].glob == glob {
			u.keys[i].may |= may
			return ""
		}
	}
	u.keys = append(u.keys, keyPattern{glob, may})
	return ""
}

// accessOf is what stands before the ~ of a rule about keys; 0 is a mistake.
func accessOf(sign string) (may access) {
	if sign == "" {
		return reads | writes
	}
	for _, letter := range sign[1:] {
		one := reads
		switch letter {
		case 'R', 'r':
		case 'W', 'w':
			one = writes
		default:
			return 0
		}
		if may&one != 0 {
			return 0
		}
		may |= one
	}
	return may
}

func (u *User) applyChannel(glob string) (problem string) {
	switch {
	case u.allChannels:
		return idleChannels
	case hasSpace(glob):
		return badRule
	case !slices.Contains(u.channels, glob):
		u.channels = append(u.channels, glob)
	}
	return ""
}

//go:noinline
func hasSpace(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r == 0 || unicode.IsSpace(r) })
}

// applyCommand allows or forbids a command, a subcommand or a category.
func (u *User) applyCommand(rule string, t *table) (problem string) {
	r := &commandRule{allow: rule[0] == '+', name: rule[1:]}
	if r.name == "@all" {
		u.allCommands, u.rules = r.allow, nil
		return ""
	}
	if category, ok := strings.CutPrefix(r.name, "@"); ok {
		r.category = categoryOf(category)
		if r.category == nil {
			return badCommand
		}
	} else if problem = t.check(r); problem != "" {
		return problem
	}
	var kept []*commandRule
	for _, o := range u.rules {
		if o.name != r.name && !isPart(o.name, r.name) {
			kept = append(kept, o)
		}
	}
	u.rules = append(kept, r)
	return ""
}

// check says what is wrong with the name of a command or a subcommand in a rule.
func (t *table) check(r *commandRule) (problem string) {
	parent, sub, isSub := strings.Cut(r.name, "|")
	cmd := t.commands[parent]
	switch {
	case cmd == nil:
		return badCommand
	case !isSub:
		return ""
	case r.allow && sub == "":
		return badRule
	case r.allow && strings.Contains(sub, "|"):
		return deepCommand
	case r.allow && cmd.flags&container == 0:
		return firstArg
	case t.subs[r.name] == nil:
		return badCommand
	}
	return ""
}

// allows reports whether the rules allow a command: the last that is about it
// decides.
func (u *User) allows(cmd *command) bool {
	for _, r := range slices.Backward(u.rules) {
		if r.isAbout(cmd) {
			return r.allow
		}
	}
	return u.allCommands
}

func (r *commandRule) isAbout(cmd *command) bool {
	if r.category != nil {
		return r.category.holds(cmd)
	}
	return r.name == cmd.name || isPart(cmd.name, r.name)
}

// isPart reports whether the one is the name of a subcommand of the other.
//
//go:noinline
func isPart(sub, parent string) bool {
	rest, ok := strings.CutPrefix(sub, parent)
	return ok && strings.HasPrefix(rest, "|")
}
