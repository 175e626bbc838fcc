package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/gomodule/redigo/redis"

	"github.com/daebus/daebus-go/daebus"
)

// mostSentinels bounds those that are asked, however many a sentinel names.
const mostSentinels = 16

// sentinels find the master of the bus as the guidelines for Sentinel clients
// say (https://redis.io/docs/latest/develop/reference/sentinel-clients/). They
// belong to the goroutine that dials.
//
// A link need not watch for a failover: a sentinel that makes a master a
// replica also closes the connections of its clients, and a master whose machine
// is gone is found by its silence, see Config.Ping.
type sentinels struct {
	master string
	given  []string // host:port
	known  []string // given and learned; the first is asked first
}

// newSentinels reads host:port,host:port/master.
func newSentinels(address string) *sentinels {
	hosts, master, _ := strings.Cut(address, "/")
	given := strings.Split(hosts, ",")
	return &sentinels{master, given, slices.Clone(given)}
}

// dial opens a connection to the master. The sentinel that led to it is asked
// first the next time; one whose master is not there, or is none, last.
func (s *sentinels) dial(ctx context.Context, c *Config) (net.Conn, error) {
	address, err := s.find(ctx, c)
	if err != nil {
		return nil, err
	}
	conn, err := c.at(address).dialMaster(ctx)
	if err != nil {
		err = fmt.Errorf("%s, which sentinel %s calls master %q: %w", address, s.known[0], s.master, err)
		s.known = append(s.known[1:], s.known[0])
	}
	return conn, err
}

// find asks the sentinels in turn where the master is, and puts the one that
// says so first.
func (s *sentinels) find(ctx context.Context, c *Config) (address string, err error) {
	all := fmt.Errorf("no sentinel names the master; want one that runs, is reachable and watches %q", s.master)
	for i, sentinel := range s.known {
		var others []string
		conn, err := c.at(sentinel).open(ctx, func(conn net.Conn) (err error) {
			address, others, err = s.ask(redis.NewConn(conn, c.handshake(), c.handshake()), c)
			return err
		})
		if err == nil {
			conn.Close()
			s.known = first(mostSentinels, slices.Concat(s.known[i:i+1], s.given, others))
			return address, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		all = fmt.Errorf("%w; sentinel %s: %w", all, sentinel, err)
	}
	return "", all
}

// ask returns what one sentinel says of the master and of the other sentinels.
func (s *sentinels) ask(sentinel redis.Conn, c *Config) (address string, others []string, err error) {
	where := func() ([]string, error) {
		return redis.Strings(sentinel.Do("SENTINEL", "get-master-addr-by-name", s.master))
	}
	host, err := where()
	if denied(err) && c.Password != "" {
		if err = authenticate(sentinel, c); err == nil {
			host, err = where()
		}
	}
	switch {
	case errors.Is(err, redis.ErrNil):
		return "", nil, daebus.Errorf(daebus.NotFound, `it knows no master %q; want the name of its "sentinel monitor" line`, s.master)
	case denied(err):
		return "", nil, fmt.Errorf("%w; want a sentinel without a password, or with that of the bus", refused(err))
	case err != nil:
		return "", nil, fmt.Errorf("it does not answer as a sentinel: %w", refused(err))
	case len(host) != 2 || host[0] == "" || host[1] == "0":
		return "", nil, fmt.Errorf("it has no address for master %q; see that it can resolve the host name", s.master)
	}
	// A sentinel that does not list the others still knows the master.
	list, _ := redis.Values(sentinel.Do("SENTINEL", "sentinels", s.master))
	for _, one := range list[:min(len(list), mostSentinels)] {
		if m, err := redis.StringMap(one, nil); err == nil && m["ip"] != "" && m["port"] != "" {
			others = append(others, net.JoinHostPort(m["ip"], m["port"]))
		}
	}
	return net.JoinHostPort(host[0], host[1]), others, nil
}

// authenticate gives a sentinel the user and the password of the bus.
func authenticate(sentinel redis.Conn, c *Config) error {
	words := []any{c.Password}
	if c.User != "" {
		words = []any{c.User, c.Password}
	}
	_, err := sentinel.Do("AUTH", words...)
	return err
}

// denied reports whether err says that a password is missing or wrong.
func denied(err error) bool {
	reply, _ := errors.AsType[redis.Error](err)
	return strings.HasPrefix(string(reply), "NOAUTH") || strings.HasPrefix(string(reply), "WRONGPASS")
}

// dialMaster opens a connection to c.Address, which must be a master: a
// sentinel may not have heard yet that it is one no longer.
func (c *Config) dialMaster(ctx context.Context) (net.Conn, error) {
	return c.open(ctx, func(conn net.Conn) error {
		if err := c.greet(conn); err != nil {
			return err
		}
		role, err := redis.Values(redis.NewConn(conn, c.handshake(), c.handshake()).Do("ROLE"))
		if err != nil {
			return fmt.Errorf("ask for its role: %w", refused(err))
		}
		if len(role) == 0 || fmt.Sprintf("%s", role[0]) != "master" {
			return daebus.Errorf(daebus.Unavailable, "it is a replica and no master; a failover is under way, or this sentinel has not heard of one")
		}
		return nil
	})
}

// at is the configuration for one of the addresses that Sentinel knows.
func (c *Config) at(address string) *Config {
	one := *c
	one.Network, one.Address, one.sentinels = "tcp", address, nil
	return &one
}

// first is the first n different ones of list.
func first(n int, list []string) (some []string) {
	for _, s := range list {
		if len(some) < n && !slices.Contains(some, s) {
			some = append(some, s)
		}
	}
	return some
}
