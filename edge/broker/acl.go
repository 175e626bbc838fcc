package broker

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// User is who may log in and what they may do then, as a user of Redis' ACL.
// ParseUsers makes them.
type User struct {
	name      string
	traits    trait
	passwords []string // their SHA-256 sums, in hexadecimal
	rules     []commandRule
	keys      []keyPattern
	channels  []string // patterns
	full      bool     // may do everything: the rest need not be looked at
}

// trait is what a user is, or may do, as a whole.
type trait uint8

const (
	enabled     trait = 1 << iota // may log in
	anyPassword                   // will do
	anyCommand                    // that no rule is about
	anyKey
	anyChannel
)

// is reports whether the user has one of the traits.
func (u *User) is(t trait) bool { return u.traits&t != 0 }

// commandRule allows or forbids commands. The last one that is about a command
// decides.
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
// Of Redis 7.0's rules there are no selectors, as in (+get ~x), none that allow a
// command with one first argument only, as in +select|0, and none that take one
// password away, as <secret. Commands and categories that the broker does not know
// are errors.
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
			if rule[0] == '<' {
				rule = "<..." // a password
			}
			return nil, fmt.Errorf("user %s: %s: %s", u.name, rule, problem)
		}
	}
	u.full = u.traits&(anyCommand|anyKey|anyChannel) == anyCommand|anyKey|anyChannel && len(u.rules) == 0
	return u, nil
}

// admits reports whether the password is one of the user's. How long that takes
// says nothing about the passwords.
func (u *User) admits(password []byte) bool {
	given := []byte(passwordSum(password))
	matches := 0
	for _, sum := range u.passwords {
		matches |= subtle.ConstantTimeCompare([]byte(sum), given)
	}
	return u.is(enabled) && (u.is(anyPassword) || matches == 1)
}

func passwordSum(password []byte) string {
	sum := sha256.Sum256(password)
	return hex.EncodeToString(sum[:])
}
