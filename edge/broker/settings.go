package broker

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// setting is one of CONFIG GET and SET, by the name Redis has for it.
type setting struct {
	name string
	get  func(*Broker) string
	set  func(b *Broker, value string) (problem string) // nil: it is fixed
}

// settings are in the order of their names.
var settings = [...]setting{
	{"appendfsync", (*Broker).appendFsync, nil},
	{"appendonly", func(b *Broker) string { return yesNo(b.aof != nil) }, nil},
	{"bind", nothing, nil},
	{"client-output-buffer-limit", (*Broker).outputLimit, nil},
	{"databases", func(*Broker) string { return strconv.Itoa(databases) }, nil},
	{"maxclients", func(b *Broker) string { return strconv.Itoa(b.cfg.MaxClients) }, (*Broker).setMaxClients},
	{"maxmemory", func(b *Broker) string { return strconv.Itoa(b.cfg.MaxMemory) }, (*Broker).setMaxMemory},
	{"maxmemory-clients", func(b *Broker) string { return strconv.Itoa(b.cfg.MaxBuffers) }, nil},
	{"maxmemory-policy", func(b *Broker) string { return b.cfg.Policy.String() }, (*Broker).setPolicy},
	{"proto-max-bulk-len", func(b *Broker) string { return strconv.Itoa(b.cfg.MaxBulk) }, nil},
	{"requirepass", func(b *Broker) string { return b.cfg.Password }, (*Broker).setPassword},
	{"save", nothing, nil},
	{"tcp-keepalive", func(*Broker) string { return "60" }, nil},
	{"timeout", func(b *Broker) string { return strconv.Itoa(int(b.cfg.IdleTimeout.Seconds())) }, (*Broker).setTimeout},
}

func nothing(*Broker) string { return "" }

func (b *Broker) outputLimit() string {
	return fmt.Sprintf("normal 0 0 0 slave 0 0 0 pubsub %d %d %d", b.cfg.HardOutput, b.cfg.SoftOutput, int(b.cfg.SoftTime.Seconds()))
}

// setNumber sets a field within limits, or says what is wrong with the value.
func setNumber(field *int, value string, least, most int64) (problem string) {
	n, err := strconv.ParseInt(value, 10, 64)
	switch {
	case err != nil:
		return "argument couldn't be parsed into an integer"
	case n < least || n > most:
		return fmt.Sprintf("argument must be between %d and %d inclusive", least, most)
	}
	*field = int(min(n, math.MaxInt))
	return ""
}

func (b *Broker) setMaxClients(value string) (problem string) {
	return setNumber(&b.cfg.MaxClients, value, 1, math.MaxUint32)
}

func (b *Broker) setPassword(value string) (problem string) {
	b.cfg.Password = value
	return ""
}

// setMaxMemory takes sizes such as 100mb. Unlike in Redis 0 is not unlimited.
func (b *Broker) setMaxMemory(value string) (problem string) {
	digits := strings.TrimRight(strings.ToLower(value), "bkmg")
	n, err := strconv.ParseInt(digits, 10, 64)
	unit := unitOf([]byte(value[len(digits):]))
	switch {
	case err != nil || unit == 0 || n < 0:
		return "argument must be a memory value"
	case n == 0 || n > math.MaxInt/unit:
		return fmt.Sprintf("argument must be between 1 and %d inclusive", math.MaxInt)
	}
	b.cfg.MaxMemory = int(n * unit)
	return ""
}

// unitOf is how many bytes k, kb and their like are; 0 for what is no unit.
func unitOf(word []byte) int64 {
	if len(word) == 0 || isWord(word, "b") {
		return 1
	}
	decimal, binary := int64(1000), int64(1<<10)
	for _, unit := range []string{"k", "m", "g"} {
		switch {
		case isWord(word, unit):
			return decimal
		case isWord(word, unit+"b"):
			return binary
		}
		decimal, binary = decimal*1000, binary<<10
	}
	return 0
}

func (b *Broker) setPolicy(value string) (problem string) {
	p, err := ParsePolicy(strings.ToLower(value))
	if err != nil {
		return "argument(s) must be one of the following: " + strings.Join(policyNames[:], ", ")
	}
	b.cfg.Policy = p
	return ""
}

func (b *Broker) setTimeout(value string) (problem string) {
	var seconds int
	if problem = setNumber(&seconds, value, 0, math.MaxInt32); problem != "" {
		return problem
	}
	b.cfg.IdleTimeout = time.Duration(seconds) * time.Second
	return ""
}

// restore takes back what settings changed. The fixed fields are read without
// the lock, so they must not be written.
func (b *Broker) restore(cfg Config) {
	b.cfg.MaxClients, b.cfg.MaxMemory, b.cfg.Policy = cfg.MaxClients, cfg.MaxMemory, cfg.Policy
	b.cfg.Password, b.cfg.IdleTimeout = cfg.Password, cfg.IdleTimeout
}

func configGet(c *client, args [][]byte) {
	found := make([]*setting, 0, len(settings))
	for i := range settings {
		if s := &settings[i]; s.isOf(args[2:]) {
			found = append(found, s)
		}
	}
	c.mapping(len(found))
	for _, s := range found {
		c.field(s.name, s.get(c.b))
	}
}

// isOf reports whether one of the patterns matches the setting.
func (s *setting) isOf(patterns [][]byte) bool {
	for _, p := range patterns {
		if match(strings.ToLower(string(p)), s.name) {
			return true
		}
	}
	return false
}

// settingOf returns the setting of a name in any case, or nil.
func settingOf(name []byte) *setting {
	for i := range settings {
		if isWord(name, settings[i].name) {
			return &settings[i]
		}
	}
	return nil
}

// configSet sets all it is given, or nothing.
func configSet(c *client, args [][]byte) {
	if len(args)%2 != 0 {
		c.wrongArity(c.last)
		return
	}
	args = args[2:]
	chosen := make([]*setting, 0, len(settings))
	for i := 0; i < len(args); i += 2 {
		s := settingOf(args[i])
		if s == nil {
			c.errorf("ERR Unknown option or number of arguments for CONFIG SET - '%s'", cString(args[i], len(args[i])))
			return
		}
		if slices.Contains(chosen, s) {
			c.refuseSetting(s, "duplicate parameter")
			return
		}
		chosen = append(chosen, s)
	}
	before := c.b.cfg
	for i, s := range chosen {
		if problem := s.change(c.b, string(args[2*i+1])); problem != "" {
			c.b.restore(before)
			c.refuseSetting(s, problem)
			return
		}
	}
	if c.b.cfg.Password != before.Password {
		c.b.users.setPassword(c.b.cfg.Password)
	}
	if c.b.cfg.IdleTimeout != before.IdleTimeout {
		c.b.applyIdle()
	}
	c.ok()
}

// change sets a setting, or says why it cannot be that.
func (s *setting) change(b *Broker, value string) (problem string) {
	switch {
	case s.set != nil:
		return s.set(b, value)
	case value != s.get(b):
		return "can't set immutable config"
	}
	return ""
}

func (c *client) refuseSetting(s *setting, problem string) {
	c.errorf("ERR CONFIG SET failed (possibly related to argument '%s') - %s", s.name, problem)
}
