package main

import (
	"context"

	"github.com/redis/rueidis"
)

type rueidisClient struct{ rueidis.Client }

func openRueidis(url string) (pubsub, error) {
	o, err := rueidis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	c, err := rueidis.NewClient(o)
	return rueidisClient{c}, err
}

func (c rueidisClient) publish(ctx context.Context, channel string, msg []byte) error {
	return c.Do(ctx, c.B().Publish().Channel(channel).Message(rueidis.BinaryString(msg)).Build()).Error()
}

func (c rueidisClient) subscribe(ctx context.Context, channel string, fn func(string)) error {
	subscribed, ended := make(chan struct{}, 1), make(chan error, 1)
	ctx = rueidis.WithOnSubscriptionHook(ctx, func(rueidis.PubSubSubscription) {
		select {
		case subscribed <- struct{}{}:
		default: // once will do
		}
	})
	go func() {
		ended <- c.Receive(ctx, c.B().Subscribe().Channel(channel).Build(), func(m rueidis.PubSubMessage) { fn(m.Message) })
	}()
	select {
	case <-subscribed:
		return nil
	case err := <-ended:
		return err
	}
}

func (c rueidisClient) close() { c.Close() }
