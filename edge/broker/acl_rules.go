package broker

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// What is wrong with a rule, in Redis' words where it knows that.
const (
	badRule      = "Syntax error"
	badCommand   = "Unknown command or category name in ACL"
	badHash      = "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters"
	firstArg     = "Allowing first-arg of a command is not supported by the embedded broker"
	selector     = "Selectors are not supported by the embedded broker"
	idleKeys     = "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns"
	idleChannels = "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels"
)

// traitRules are those that give the user a trait or take it away, and with it
// the list that says more.
var traitRules = [...]struct {
	word  string
	trait trait // 0: the rule says nothing here
	on    bool
}{
	{"on", enabled, true},
	{"off", enabled, false},
	{"nopass", anyPassword, true},
	{"resetpass", anyPassword, false},
	{"allkeys", anyKey, true},
	{"~*", anyKey, true},
	{"resetkeys", anyKey, false},
	{"allchannels", anyChannel, true},
	{"&*", anyChannel, true},
	{"resetchannels", anyChannel, false},
	{"allcommands", anyCommand, true},
	{"+@all", anyCommand, true},
	{"nocommands", anyCommand, false},
	{"-@all", anyCommand, false},
	{"sanitize-payload", 0, false}, // of RESTORE, which there is not
	{"skip-sanitize-payload", 0, false},
	{"clearselectors", 0, false}, // there are none
}

// apply changes the user by one rule, or says what is wrong with it.
func (u *User) apply(rule string, t *table) (problem string) {
	for _, r := range traitRules {
		if strings.EqualFold(rule, r.word) {
			u.set(r.trait, r.on)
			return ""
		}
	}
	rest := rule[1:]
	switch rule[0] {
	case '>':
		u.addPassword(passwordSum([]byte(rest)))
	case '#':
		if len(rest) != hex.EncodedLen(sha256.Size) || strings.Trim(rest, "0123456789abcdef") != "" {
			return badHash
		}
		u.addPassword(rest)
	case '~', '%':
		return u.applyKey(rule)
	case '&':
		if u.is(anyChannel) {
			return idleChannels
		}
		u.channels = append(u.channels, rest)
	case '+', '-':
		return u.applyCommand(strings.ToLower(rule), t)
	case '(':
		return selector
	default:
		if !strings.EqualFold(rule, "reset") {
			return badRule
		}
		*u = User{name: u.name}
	}
	return ""
}

// set gives the user a trait or takes it away, and ends what the rules before
// said of the same.
func (u *User) set(t trait, on bool) {
	u.traits &^= t
	if on {
		u.traits |= t
	}
	switch t {
	case anyPassword:
		u.passwords = nil
	case anyKey:
		u.keys = nil
	case anyChannel:
		u.channels = nil
	case anyCommand:
		u.rules = nil
	}
}

func (u *User) addPassword(sum string) {
	u.traits &^= anyPassword
	u.passwords = append(u.passwords, sum)
}

// applyKey adds what ~pattern allows to read and write, %R~pattern and
// %W~pattern to do one of them.
func (u *User) applyKey(rule string) (problem string) {
	sign, glob, ok := strings.Cut(rule, "~")
	may := accessOf(sign)
	switch {
	case u.is(anyKey):
		return idleKeys
	case !ok || may == 0:
		return badRule
	}
	i := slices.IndexFunc(u.keys, func(p keyPattern) bool { return p.glob == glob })
	if i < 0 {
		i = len(u.keys)
		u.keys = append(u.keys, keyPattern{glob: glob})
	}
	u.keys[i].may |= may
	return ""
}

// accessOf is what stands before the ~ of a rule about keys; 0 is a mistake.
func accessOf(sign string) access {
	switch strings.ToUpper(sign) {
	case "", "%RW", "%WR":
		return reads | writes
	case "%R":
		return reads
	case "%W":
		return writes
	}
	return 0
}

// applyCommand allows or forbids a command, a subcommand or a category.
func (u *User) applyCommand(rule string, t *table) (problem string) {
	r := commandRule{allow: rule[0] == '+', name: rule[1:]}
	if category, ok := strings.CutPrefix(r.name, "@"); ok {
		r.category = categoryOf(category)
		if r.category == nil {
			return badCommand
		}
	} else if t.named(r.name) == nil {
		parent, _, isSub := strings.Cut(r.name, "|")
		if cmd := t.commands[parent]; isSub && r.allow && cmd != nil && cmd.flags&container == 0 {
			return firstArg
		}
		return badCommand
	}
	u.rules = append(u.rules, r)
	return ""
}

// allows reports whether the rules allow a command.
func (u *User) allows(cmd *command) bool {
	for i := len(u.rules) - 1; i >= 0; i-- {
		if r := &u.rules[i]; r.isAbout(cmd) {
			return r.allow
		}
	}
	return u.is(anyCommand)
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
