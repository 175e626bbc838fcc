package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// fanOutBatch is how many messages are published in one write. The next ones
// follow once every subscriber has them.
const fanOutBatch = 16

// fanOut is publishing to so many subscribers; each message that one receives
// counts.
func fanOut(subscribers int) func(context.Context, string, time.Duration) (done, error) {
	return func(ctx context.Context, address string, most time.Duration) (done, error) {
		var wg sync.WaitGroup
		defer wg.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		received := make(chan error, subscribers)
		payload := strings.Repeat("x", 256)
		message := fmt.Sprintf("*3\r\n$7\r\nmessage\r\n$3\r\nfan\r\n$%d\r\n%s\r\n", len(payload), payload)
		for range subscribers {
			conn, err := dialFor(ctx, address, most)
			if err != nil {
				return done{}, err
			}
			if err := exchange(conn, "SUBSCRIBE fan\r\n", "*3\r\n$9\r\nsubscribe\r\n$3\r\nfan\r\n:1\r\n"); err != nil {
				return done{}, err
			}
			wg.Go(func() {
				for batch := make([]byte, fanOutBatch*len(message)); ; {
					_, err := io.ReadFull(conn, batch)
					received <- err
					if err != nil {
						return
					}
				}
			})
		}
		publisher, err := dialFor(ctx, address, most)
		if err != nil {
			return done{}, err
		}
		publish := strings.Repeat(fmt.Sprintf("*3\r\n$7\r\nPUBLISH\r\n$3\r\nfan\r\n$%d\r\n%s\r\n", len(payload), payload), fanOutBatch)
		replies := strings.Repeat(fmt.Sprintf(":%d\r\n", subscribers), fanOutBatch)
		delivered, began := 0.0, time.Now()
		for time.Since(began) < most {
			if err := exchange(publisher, publish, replies); err != nil {
				return done{}, err
			}
			for range subscribers {
				if err := <-received; err != nil {
					return done{}, err
				}
			}
			delivered += float64(subscribers * fanOutBatch)
		}
		return done{delivered, delivered / time.Since(began).Seconds()}, nil
	}
}

// dialFor connects for a measurement of so long. The connection ends with ctx.
func dialFor(ctx context.Context, address string, most time.Duration) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	return conn, conn.SetDeadline(time.Now().Add(most + patience))
}

// exchange sends a request and expects the reply.
func exchange(conn net.Conn, request, reply string) error {
	if _, err := io.WriteString(conn, request); err != nil {
		return err
	}
	got := make([]byte, len(reply))
	if _, err := io.ReadFull(conn, got); err != nil {
		return err
	}
	if !bytes.Equal(got, []byte(reply)) {
		return fmt.Errorf("got %.100q, want %.100q", got, reply)
	}
	return nil
}
