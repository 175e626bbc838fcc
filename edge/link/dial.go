package link

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/daebus/daebus-go/edge/internal/rawio"
)

// handshake bounds each step of a dial: connecting with TLS, and each reply.
func (c *Config) handshake() time.Duration { return min(2*time.Second, c.Ping) }

// dial opens one connection to the bus, authenticated and on its database.
func (c *Config) dial(ctx context.Context) (net.Conn, error) {
	if c.sentinels != nil {
		return c.sentinels.dial(ctx, c)
	}
	return c.open(ctx, c.greet)
}

// open connects, and has greet speak first.
func (c *Config) open(ctx context.Context, greet func(net.Conn) error) (net.Conn, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	// redigo is not given ctx: it would leave a goroutine behind when that ends.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err = greet(conn)
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, conn.SetDeadline(time.Time{})
}

func (c *Config) connect(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.handshake())
	defer cancel()
	conn, err := c.Dial(ctx, c.Network, c.Address)
	if err != nil {
		return nil, err
	}
	conn = rawio.Conn(conn)
	if c.TLS == nil {
		return conn, nil
	}
	secure := tls.Client(conn, c.TLS)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("TLS: %w%s", err, remedy(err))
	}
	return secure, nil
}

// remedy is what helps against a failed TLS handshake, where that is known.
func remedy(err error) string {
	var unknown x509.UnknownAuthorityError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return "; name its authority with bus_ca"
	case errors.As(err, &plain), errors.Is(err, context.DeadlineExceeded):
		return "; does the server speak TLS, or is it redis:// ?"
	}
	return ""
}

// greet has redigo introduce us, and leaves it behind: nothing of the bus's is
// in its buffers, as every command it sent has been answered.
func (c *Config) greet(conn net.Conn) error {
	client, err := redis.Dial(c.Network, c.Address,
		redis.DialNetDial(func(string, string) (net.Conn, error) { return conn, nil }),
		redis.DialUsername(c.User),
		redis.DialPassword(c.Password),
		redis.DialDatabase(c.Database),
		redis.DialClientName(c.Name),
		redis.DialReadTimeout(c.handshake()),
		redis.DialWriteTimeout(c.handshake()),
	)
	if err == nil {
		// A broker that still loads its data, or wants a password that we do not
		// have, accepts a connection and then refuses every command.
		_, err = client.Do("PING")
	}
	if denied(err) {
		return fmt.Errorf("%w; set bus_password_file, and bus_user where there are users", refused(err))
	}
	return refused(err)
}

// refused puts an error reply in our words, and leaves other errors alone.
func refused(err error) error {
	if reply, ok := errors.AsType[redis.Error](err); ok {
		return refusal(string(reply))
	}
	return err
}
