package broker

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/daebus/daebus-go/edge/internal/resp"
)

// setting is one of CONFIG GET and SET, by the name Redis has for it, as it is now.
type setting struct{ name, value string }

// settings are in the order of their names.
func (b *Broker) settings() [14]setting {
	cfg := &b.cfg
	logged, fsync := "no", "everysec"
	if b.aof != nil {
		logged = "yes"
	}
	switch cfg.Fsync {
	case "always":
		fsync = "always"
	case "never":
		fsync = "no"
	}
	return [...]setting{
		{"appendfsync", fsync},
		{"appendonly", logged},
		{"bind", ""},
		{"client-output-buffer-limit", fmt.Sprintf("normal 0 0 0 slave 0 0 0 pubsub %d %d %d", cfg.HardOutput, cfg.SoftOutput, int(cfg.SoftTime.Seconds()))},
		{"databases", strconv.Itoa(databases)},
		{"maxclients", strconv.Itoa(cfg.MaxClients)},
		{"maxmemory", strconv.Itoa(cfg.MaxMemory)},
		{"maxmemory-clients", strconv.Itoa(cfg.MaxBuffers)},
		{"maxmemory-policy", cfg.Policy.String()},
		{"proto-max-bulk-len", strconv.Itoa(cfg.MaxBulk)},
		{"requirepass", cfg.Password},
		{"save", ""},
		{"tcp-keepalive", "60"},
		{"timeout", strconv.Itoa(int(cfg.IdleTimeout.Seconds()))},
	}
}

func configGet(c *client, args [][]byte) {
	var found []string
	for _, s := range c.b.settings() {
		for _, pattern := range args[2:] {
			if match(strings.ToLower(string(pattern)), []byte(s.name)) {
				found = append(found, s.name, s.value)
				break
			}
		}
	}
	c.mapping(len(found) / 2)
	for _, text := range found {
		c.bulk(text)
	}
}

// configSet sets all it is given, or nothing.
func configSet(c *client, args [][]byte) {
	if len(args)%2 != 0 {
		c.errorText(errSyntax)
		return
	}
	args = args[2:]
	settings := c.b.settings()
	var chosen []int
	for i := 0; i < len(args); i += 2 {
		n := slices.IndexFunc(settings[:], func(s setting) bool { return isWord(args[i], s.name) })
		switch {
		case n < 0:
			c.errorAbout("ERR Unknown option or number of arguments for CONFIG SET -", args[i])
			return
		case slices.Contains(chosen, n):
			c.refuseSetting(settings[n].name, "duplicate parameter")
			return
		}
		chosen = append(chosen, n)
	}
	next := c.b.cfg
	for i, n := range chosen {
		s, value := &settings[n], string(args[2*i+1])
		if value == s.value {
			continue
		}
		if problem := next.change(s.name, value); problem != "" {
			c.refuseSetting(s.name, problem)
			return
		}
	}
	c.b.adopt(&next)
	c.ok()
}

func (c *client) refuseSetting(name, problem string) {
	c.errorf("ERR CONFIG SET failed (possibly related to argument '%s') - %s", name, problem)
}

// change sets what a setting stands for, or says what is wrong with the value.
func (cfg *Config) change(name, value string) (problem string) {
	var n int64
	switch name {
	case "maxclients":
		n, problem = parseSetting(value, 1, math.MaxUint32)
		cfg.MaxClients = int(min(n, math.MaxInt))
	case "maxmemory":
		n, problem = parseMemory(value)
		cfg.MaxMemory = int(n)
	case "maxmemory-policy":
		var err error
		if cfg.Policy, err = ParsePolicy(strings.ToLower(value)); err != nil {
			return "argument(s) must be one of the following: " + strings.Join(policyNames[:], ", ")
		}
	case "requirepass":
		cfg.Password = value
	case "timeout":
		n, problem = parseSetting(value, 0, math.MaxInt32)
		cfg.IdleTimeout = time.Duration(n) * time.Second
	default:
		return "can't set immutable config"
	}
	return problem
}

// adopt makes what change may have changed hold. The other fields are read
// without the lock, so they must not be written.
func (b *Broker) adopt(next *Config) {
	cfg := &b.cfg
	cfg.MaxClients, cfg.MaxMemory, cfg.Policy = next.MaxClients, next.MaxMemory, next.Policy
	if cfg.Password != next.Password {
		cfg.Password = next.Password
		b.users.setPassword(cfg.Password)
	}
	if cfg.IdleTimeout != next.IdleTimeout {
		cfg.IdleTimeout = next.IdleTimeout
		b.applyIdle()
	}
}

// parseSetting reads a number within limits, or says what is wrong with it.
func parseSetting(value string, least, most int64) (n int64, problem string) {
	n, ok := resp.ParseInt([]byte(value))
	switch {
	case !ok:
		problem = "argument couldn't be parsed into an integer"
	case n < least || n > most:
		problem = fmt.Sprintf("argument must be between %d and %d inclusive", least, most)
	}
	return n, problem
}

// parseMemory reads sizes such as 100mb. Unlike in Redis 0 is not unlimited.
func parseMemory(value string) (n int64, problem string) {
	value = strings.ToLower(value)
	digits := strings.TrimRight(value, "bkmg")
	n, err := strconv.ParseInt(digits, 10, 64)
	unit := int64(0)
	switch value[len(digits):] {
	case "", "b":
		unit = 1
	case "k":
		unit = 1e3
	case "kb":
		unit = 1 << 10
	case "m":
		unit = 1e6
	case "mb":
		unit = 1 << 20
	case "g":
		unit = 1e9
	case "gb":
		unit = 1 << 30
	}
	switch {
	case err != nil || unit == 0 || n < 0:
		problem = "argument must be a memory value"
	case n == 0 || n > math.MaxInt/unit:
		problem = fmt.Sprintf("argument must be between 1 and %d inclusive", math.MaxInt)
	}
	return n * unit, problem
}
