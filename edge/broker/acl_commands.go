package broker

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

func aclCat(c *client, args [][]byte) {
	switch len(args) {
	case 2:
		c.array(len(categories))
		for _, cat := range categories {
			c.bulk(cat.name)
		}
	case 3:
		cat := categoryOf(string(args[2]))
		if cat == nil {
			c.errorf("ERR Unknown category '%s'", cString(args[2], len(args[2])))
			return
		}
		c.bulks(c.b.table.names(cat.holds))
	default:
		c.wrongSubcommand("ACL", args)
	}
}

func (c *client) bulks(texts []string) {
	c.array(len(texts))
	for _, s := range texts {
		c.bulk(s)
	}
}

func aclWhoAmI(c *client, _ [][]byte) { c.bulk(c.user.name) }

func aclUsers(c *client, _ [][]byte) { c.bulks(c.b.users.sorted()) }

func aclList(c *client, _ [][]byte) {
	var lines []string
	for _, name := range c.b.users.sorted() {
		lines = append(lines, c.b.users.byName[name].String())
	}
	c.bulks(lines)
}

func aclGetUser(c *client, args [][]byte) {
	u := c.b.users.byName[string(args[2])]
	if u == nil {
		c.null()
		return
	}
	c.mapping(6)
	c.bulk("flags")
	flags := u.flags()
	c.set(len(flags))
	for _, f := range flags {
		c.bulk(f)
	}
	c.bulk("passwords")
	c.bulks(u.passwords)
	c.field("commands", strings.Join(u.commandRules(), " "))
	c.field("keys", strings.Join(u.keyRules(), " "))
	c.field("channels", strings.Join(u.channelRules(), " "))
	c.bulk("selectors")
	c.array(0)
}

// aclSetUser makes or changes a user by all the rules, or by none. Subscribers
// that may no longer hear what they hear are closed.
func aclSetUser(c *client, args [][]byte) {
	us := &c.b.users
	name := string(args[2])
	if hasSpace(name) {
		c.errorText("ERR Usernames can't contain spaces or null characters")
		return
	}
	u := us.byName[name]
	next := &User{name: name}
	if u != nil {
		next = u.clone()
	}
	for _, rule := range args[3:] {
		if problem := next.apply(string(rule), &c.b.table); problem != "" {
			c.errorf("ERR Error in ACL SETUSER modifier '%s': %s", cString(rule, len(rule)), problem)
			return
		}
	}
	if u == nil {
		us.byName[name] = next
	} else {
		*u = *next
		c.dismiss(func(o *client) bool { return o.user == u && !u.mayHearAll(o) })
	}
	c.ok()
}

// aclDelUser removes users and closes their clients.
func aclDelUser(c *client, args [][]byte) {
	us := &c.b.users
	deleted := 0
	for _, arg := range args[2:] {
		if string(arg) == defaultUser {
			c.errorText("ERR The 'default' user cannot be removed")
			return
		}
	}
	for _, arg := range args[2:] {
		u := us.byName[string(arg)]
		if u == nil {
			continue
		}
		deleted++
		delete(us.byName, u.name)
		c.dismiss(func(o *client) bool { return o.user == u })
		*u = User{name: u.name} // what its clients have sent already is refused
	}
	c.int(deleted)
}

// dismiss closes the clients that it is told to; c itself once it has its reply.
func (c *client) dismiss(which func(*client) bool) {
	for _, o := range c.b.clients {
		switch {
		case !which(o):
		case o == c:
			c.quit = true
		default:
			hangUp(o.conn)
		}
	}
}

// aclDryRun tells whether a user may run a command.
func aclDryRun(c *client, args [][]byte) {
	u := c.b.users.byName[string(args[2])]
	if u == nil {
		c.errorf("ERR User '%s' not found", cString(args[2], len(args[2])))
		return
	}
	words := args[3:]
	cmd, ok := c.b.find(words)
	switch {
	case cmd == nil || !ok:
		c.errorf("ERR Command '%s' not found", cString(words[0], len(words[0])))
		return
	case !cmd.fits(len(words)):
		c.wrongArity(cmd)
		return
	}
	switch reason, object := u.denies(cmd, words); reason {
	case "":
		c.ok()
	case noCommand:
		c.bulk("This user has no permissions to run the '" + object + "' command")
	default:
		c.bulk("This user has no permissions to access the '" + object + "' " + reason)
	}
}

// aclGenPass replies random hexadecimal digits, four bits each.
func aclGenPass(c *client, args [][]byte) {
	const most = 4096
	bits := int64(256)
	if len(args) > 3 {
		c.wrongSubcommand("ACL", args)
		return
	}
	if len(args) == 3 {
		var ok bool
		if bits, ok = resp.ParseInt(args[2]); !ok {
			c.errorText(errNotInt)
			return
		}
		if bits <= 0 || bits > most {
			c.errorf("ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to %d", most)
			return
		}
	}
	var random [most / 8]byte
	rand.Read(random[:])
	c.bulk(hex.EncodeToString(random[:])[:(bits+3)/4])
}
