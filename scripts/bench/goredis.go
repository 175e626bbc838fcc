package main

import (
	"context"

	"github.com/redis/go-redis/v9"
)

type goRedis struct{ *redis.Client }

func openGoRedis(url string) (pubsub, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	return goRedis{redis.NewClient(o)}, nil
}

func (c goRedis) publish(ctx context.Context, channel string, msg []byte) error {
	return c.Publish(ctx, channel, msg).Err()
}

func (c goRedis) subscribe(ctx context.Context, channel string, fn func(string)) error {
	sub := c.Subscribe(ctx, channel)
	if _, err := sub.Receive(ctx); err != nil {
		return err
	}
	messages := sub.Channel() // closed with the client
	go func() {
		for m := range messages {
			fn(m.Payload)
		}
	}()
	context.AfterFunc(ctx, func() { sub.Close() })
	return nil
}

func (c goRedis) close() { c.Close() }
