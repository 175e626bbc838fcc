package broker

// users are those of the configuration. They are guarded by Broker.mu, as the
// password of the default one may change.
type users struct {
	byName map[string]*User
	first  *User // defaultUser, who is always there
}

// init makes the users of a configuration.
func (us *users) init(cfg Config) {
	us.first = &User{name: defaultUser, traits: enabled | anyCommand | anyKey | anyChannel, full: true}
	us.setPassword(cfg.Password)
	us.byName = map[string]*User{defaultUser: us.first}
	for _, u := range cfg.Users {
		us.byName[u.name] = &u
	}
	us.first = us.byName[defaultUser]
}

// setPassword gives the default user one password; "" means that it needs none.
func (us *users) setPassword(password string) {
	us.first.set(anyPassword, password == "")
	if password != "" {
		us.first.addPassword(passwordSum([]byte(password)))
	}
}

// isOpen reports whether clients need not log in.
func (us *users) isOpen() bool { return us.first.is(enabled) && us.first.is(anyPassword) }

// authenticated reports whether the client need not log in any more. A default
// user that has become open lets everyone in.
func (c *client) authenticated() bool {
	if !c.authed && c.b.users.isOpen() {
		c.setAuthed(true)
	}
	return c.authed
}

// login makes the client a user's, or replies the error.
func (c *client) login(name, password []byte) bool {
	u := c.b.users.byName[string(name)]
	if u == nil {
		u = new(User) // it takes as long
	}
	if !u.admits(password) {
		c.errorText(errPassword)
		return false
	}
	c.user = u
	c.setAuthed(true)
	return true
}

// logout makes the client who it was when it came.
func (c *client) logout() {
	c.user = c.b.users.first
	c.setAuthed(c.b.users.isOpen())
}

func aclWhoAmI(c *client, _ [][]byte) { c.bulk(c.user.name) }
