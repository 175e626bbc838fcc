package broker

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// User is who may log in and what they may do then, as a user of Redis' ACL.
// ParseUsers makes them.
type User struct {
	name        string
	enabled     bool // may log in
	open        bool // with any password
	passwords   [][sha256.Size]byte
	payload     string          // the rule about payloads of RESTORE, which there is not
	rules       []string        // about commands, without those that later ones make void
	commands    map[string]bool // by name: what the rules allow
	allKeys     bool
	keys        []keyPattern
	allChannels bool
	channels    []string // patterns
	full        bool     // may do everything: the rest need not be looked at
}

// keyPattern allows access to the keys it matches.
type keyPattern struct {
	glob string
	may  access
}

// defaultUser is who a client is that did not say.
const defaultUser = "default"

// newUser returns one who may do nothing, like a new user in Redis.
func newUser(name string) *User {
	return &User{name: name, rules: []string{"-@all"}, commands: make(map[string]bool)}
}

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
		if words[0] != "user" || len(words) < 2 {
			return nil, fmt.Errorf(`broker: users: line %d: want "user NAME", and rules behind it`, i+1)
		}
		u := newUser(words[1])
		if slices.ContainsFunc(users, func(o User) bool { return o.name == u.name }) {
			return nil, fmt.Errorf("broker: users: line %d: user %s is there already", i+1, u.name)
		}
		for _, rule := range words[2:] {
			if problem := u.apply(rule, table); problem != "" {
				return nil, fmt.Errorf("broker: users: line %d: user %s: %s: %s", i+1, u.name, showRule(rule), problem)
			}
		}
		users = append(users, *u)
	}
	return users, nil
}

// showRule is a rule without the password it may hold.
func showRule(rule string) string {
	if strings.ContainsAny(rule[:1], "><") {
		return rule[:1] + "..."
	}
	return rule
}

func (u *User) clone() *User {
	own := *u
	own.passwords = slices.Clone(u.passwords)
	own.rules = slices.Clone(u.rules)
	own.commands = maps.Clone(u.commands)
	own.keys = slices.Clone(u.keys)
	own.channels = slices.Clone(u.channels)
	return &own
}

// String describes the user in the words that ParseUsers reads, with passwords
// as hashes.
func (u User) String() string {
	words := append([]string{"user", u.name}, u.flags()...)
	words = append(words, u.hashes("#")...)
	words = append(words, u.keyRules()...)
	if !u.allChannels {
		words = append(words, "resetchannels")
	}
	words = append(words, u.channelRules()...)
	return strings.Join(append(words, u.rules...), " ")
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

func (u *User) hashes(prefix string) (words []string) {
	for _, p := range u.passwords {
		words = append(words, fmt.Sprintf("%s%x", prefix, p))
	}
	return words
}

func (u *User) keyRules() (words []string) {
	if u.allKeys {
		return []string{"~*"}
	}
	signs := map[access]string{reads: "%R~", writes: "%W~", reads | writes: "~"}
	for _, p := range u.keys {
		words = append(words, signs[p.may]+p.glob)
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

// admits reports whether the password is one of the user's. How long that takes
// says nothing about the passwords.
func (u *User) admits(password []byte) bool {
	given := sha256.Sum256(password)
	matches := 0
	for _, p := range u.passwords {
		matches |= subtle.ConstantTimeCompare(p[:], given[:])
	}
	return u.enabled && (u.open || matches == 1)
}
