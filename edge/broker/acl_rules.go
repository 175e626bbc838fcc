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
		*u = *newUser(u.name)
		u.payload = "sanitize-payload"
	case "sanitize-payload", "skip-sanitize-payload":
		u.payload = word
	case "clearselectors", "": // there are none
	default:
		problem = u.applySign(rule, t)
	}
	u.full = u.allKeys && u.allChannels && slices.Equal(u.rules, []string{"+@all"})
	return problem
}

// applySign does a rule that begins with a sign.
func (u *User) applySign(rule string, t *table) (problem string) {
	switch rest := rule[1:]; rule[0] {
	case '>':
		u.addPassword(sha256.Sum256([]byte(rest)))
	case '<':
		return u.removePassword(sha256.Sum256([]byte(rest)))
	case '#', '!':
		hash, ok := parseHash(rest)
		switch {
		case !ok:
			return badHash
		case rule[0] == '!':
			return u.removePassword(hash)
		}
		u.addPassword(hash)
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

func parseHash(text string) (hash [sha256.Size]byte, ok bool) {
	n, err := hex.Decode(hash[:], []byte(text[:min(len(text), 2*len(hash))]))
	return hash, err == nil && n == len(hash) && len(text) == 2*n && text == strings.ToLower(text)
}

func (u *User) addPassword(hash [sha256.Size]byte) {
	u.open = false
	if !slices.Contains(u.passwords, hash) {
		u.passwords = append(u.passwords, hash)
	}
}

func (u *User) removePassword(hash [sha256.Size]byte) (problem string) {
	i := slices.Index(u.passwords, hash)
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
	may, known := map[string]access{
		"": reads | writes, "%R": reads, "%W": writes, "%RW": reads | writes, "%WR": reads | writes,
	}[strings.ToUpper(sign)]
	switch {
	case u.allKeys:
		return idleKeys
	case !ok || !known || hasSpace(glob):
		return badRule
	}
	if i := slices.IndexFunc(u.keys, func(p keyPattern) bool { return p.glob == glob }); i >= 0 {
		u.keys[i].may |= may
	} else {
		u.keys = append(u.keys, keyPattern{glob, may})
	}
	return ""
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

func hasSpace(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r == 0 || unicode.IsSpace(r) })
}

// applyCommand allows or forbids a command, a subcommand or a category.
func (u *User) applyCommand(rule string, t *table) (problem string) {
	name := rule[1:]
	names, problem := commandsOf(name, rule[0] == '+', t)
	if problem != "" {
		return problem
	}
	for _, n := range names {
		if rule[0] == '+' {
			u.commands[n] = true
		} else {
			delete(u.commands, n)
		}
	}
	if name == "@all" {
		u.rules = []string{rule}
		return ""
	}
	start := u.rules[0]
	u.rules = slices.DeleteFunc(u.rules[1:], func(r string) bool {
		return r[1:] == name || strings.HasPrefix(r[1:], name+"|")
	})
	u.rules = append(append([]string{start}, u.rules...), rule)
	return ""
}

// commandsOf returns the names that a rule about name is about.
func commandsOf(name string, allow bool, t *table) (names []string, problem string) {
	if name == "@all" {
		return t.names(func(*command) bool { return true }), ""
	}
	if category, ok := strings.CutPrefix(name, "@"); ok {
		cat := categoryOf(category)
		if cat == nil {
			return nil, badCommand
		}
		return t.names(cat.holds), ""
	}
	parent, sub, isSub := strings.Cut(name, "|")
	cmd := t.commands[parent]
	switch {
	case cmd == nil:
		return nil, badCommand
	case !isSub:
		return t.names(func(o *command) bool { return o == cmd || o.isPartOf(cmd) }), ""
	case allow && sub == "":
		return nil, badRule
	case allow && strings.Contains(sub, "|"):
		return nil, deepCommand
	case allow && cmd.flags&container == 0:
		return nil, firstArg
	case t.subs[name] == nil:
		return nil, badCommand
	}
	return []string{name}, ""
}
