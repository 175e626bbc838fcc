package broker

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// User is who may log in and what they may do then, as a user of Redis' ACL.
// ParseUsers makes them.
type User struct {
	name        string
	enabled     bool           // may log in
	open        bool           // with any password
	passwords   []string       // their SHA-256 sums, in hexadecimal
	payload     string         // the rule about payloads of RESTORE, which there is not
	allCommands bool           // allowed, if no rule is about them
	rules       []*commandRule // without those that later ones make void
	allKeys     bool
	keys        []keyPattern
	allChannels bool
	channels    []string // patterns
	full        bool     // may do everything: the rest need not be looked at
}

// commandRule allows or forbids commands.
type commandRule struct {
	allow    bool
	name     string    // of a command, a subcommand, or a category with @
	category *category // nil: the name is not of one
}

// keyPattern allows access to the keys it matches.
type keyPattern struct {
	glob string
	may  access
}

// defaultUser is who a client is that did not say.
const defaultUser = "default"

// ParseUsers reads users in the words of Redis' ACL files, one a line:
//
//	user alice on >secret ~app:* %R~shared:* &door* +@read -@dangerous +publish
//
// Empty lines, and those that begin with #, say nothing. Passwords may be given
// as #sha256. A user named default is who clients are that do not log in; without
// one that is who may do everything, with Config.Password.
//
// Of Redis 7.0's rules there are no selectors, as in (+get ~x), and none that
// allow a command with one first argument only, as in +select|0. Commands and
// categories that the broker does not know are errors.
func ParseUsers(text string) ([]User, error) {
	var users []User
	table := newTable()
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		u, err := parseUser(words, &table)
		for j := range users {
			if err == nil && users[j].name == u.name {
				err = fmt.Errorf("user %s is there already", u.name)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("broker: users: line %d: %w", i+1, err)
		}
		users = append(users, *u)
	}
	return users, nil
}

func parseUser(words []string, t *table) (*User, error) {
	if words[0] != "user" || len(words) < 2 {
		return nil, errors.New(`want "user NAME", and rules behind it`)
	}
	u := &User{name: words[1]}
	for _, rule := range words[2:] {
		if problem := u.apply(rule, t); problem != "" {
			if strings.ContainsAny(rule[:1], "><") {
				rule = rule[:1] + "..." // a password
			}
			return nil, fmt.Errorf("user %s: %s: %s", u.name, rule, problem)
		}
	}
	return u, nil
}

// clone returns a copy to which rules can be applied. Those about commands are shared:
// what changes them makes new ones.
func (u *User) clone() *User {
	own := *u
	own.passwords = slices.Clone(u.passwords)
	own.keys = slices.Clone(u.keys)
	own.channels = slices.Clone(u.channels)
	return &own
}

// String describes the user in the words that ParseUsers reads, with passwords
// as hashes.
func (u User) String() string {
	words := append([]string{"user", u.name}, u.flags()...)
	for _, sum := range u.passwords {
		words = append(words, "#"+sum)
	}
	words = append(words, u.keyRules()...)
	if !u.allChannels {
		words = append(words, "resetchannels")
	}
	words = append(words, u.channelRules()...)
	return strings.Join(append(words, u.commandRules()...), " ")
}

func (u *User) flags() []string {
	flags := []string{"off"}
	if u.enabled {
		flags[0] = "on"
	}
	if u.open {
		flags = append(flags, "nopass")
	}
	if u.payload != "" {
		flags = append(flags, u.payload)
	}
	return flags
}

// accessSigns stand before patterns.
var accessSigns = [...]string{reads: "%R~", writes: "%W~", reads | writes: "~"}

func (u *User) keyRules() (words []string) {
	if u.allKeys {
		return []string{"~*"}
	}
	for _, p := range u.keys {
		words = append(words, accessSigns[p.may]+p.glob)
	}
	return words
}

func (u *User) channelRules() (words []string) {
	if u.allChannels {
		return []string{"&*"}
	}
	for _, glob := range u.channels {
		words = append(words, "&"+glob)
	}
	return words
}

func (u *User) commandRules() (words []string) {
	words = append(words, ruleSign(u.allCommands)+"@all")
	for _, r := range u.rules {
		words = append(words, ruleSign(r.allow)+r.name)
	}
	return words
}

func ruleSign(allow bool) string {
	if allow {
		return "+"
	}
	return "-"
}

// admits reports whether the password is one of the user's. How long that takes
// says nothing about the passwords.
func (u *User) admits(password []byte) bool {
	given := []byte(passwordSum(password))
	matches := 0
	for _, sum := range u.passwords {
		matches |= subtle.ConstantTimeCompare([]byte(sum), given)
	}
	return u.enabled && (u.open || matches == 1)
}

func passwordSum(password []byte) string {
	sum := sha256.Sum256(password)
	return hex.EncodeToString(sum[:])
}
