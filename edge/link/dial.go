package link

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/gomodule/redigo/redis"
)

// handshake bounds each step of a dial: connecting, TLS, and each reply.
const handshake = 2 * time.Second

// dial opens one connection, authenticated and on its database. redigo does
// that, and is left behind: nothing of the bus's is in its buffers, as every
// command it sent has been answered.
func (c *Config) dial(ctx context.Context) (net.Conn, error) {
	var conn net.Conn
	capture := func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, handshake)
		defer cancel()
		var err error
		if conn, err = c.Dial(ctx, network, address); err != nil || c.TLS == nil {
			return conn, err
		}
		secure := tls.Client(conn, c.TLS)
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, err
		}
		conn = secure
		return conn, nil
	}
	client, err := redis.DialContext(ctx, c.Network, c.Address,
		redis.DialContextFunc(capture),
		redis.DialUsername(c.User),
		redis.DialPassword(c.Password),
		redis.DialDatabase(c.Database),
		redis.DialClientName(c.Name),
		redis.DialReadTimeout(handshake),
		redis.DialWriteTimeout(handshake),
	)
	if err != nil {
		return nil, err
	}
	// A broker that still loads its data, or wants a password that we do not
	// have, accepts a connection and then refuses every command.
	if _, err := client.Do("PING"); err != nil {
		client.Close()
		return nil, err
	}
	return conn, conn.SetDeadline(time.Time{})
}
