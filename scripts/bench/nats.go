package main

import (
	"context"
	"errors"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
)

const subject = serviceName + "." + echo

func natsServer(ctx context.Context, _ string, ready func(news)) error {
	s, err := startNATS(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true})
	if err != nil {
		return err
	}
	ready(news{bus: s.ClientURL()})
	<-ctx.Done()
	endNATS(s)
	return nil
}

func natsService(ctx context.Context, url string, ready func(news)) error {
	nc, err := nats.Connect(url)
	if err != nil {
		return err
	}
	defer nc.Close()
	if err := addEcho(nc); err != nil {
		return err
	}
	ready(news{})
	<-ctx.Done()
	return nil
}

func natsCallers(ctx context.Context, url string, ready func(news)) error {
	nc, err := nats.Connect(url)
	if err != nil {
		return err
	}
	defer nc.Close()
	ready(news{callers: natsCallersOf(nc)})
	<-ctx.Done()
	return nil
}

func natsWhole(ctx context.Context, _ string, ready func(news)) error {
	s, err := startNATS(&server.Options{DontListen: true, NoSigs: true})
	if err != nil {
		return err
	}
	defer endNATS(s)
	nc, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		return err
	}
	defer nc.Close()
	if err := addEcho(nc); err != nil {
		return err
	}
	ready(news{callers: natsCallersOf(nc)})
	<-ctx.Done()
	return nil
}

func startNATS(o *server.Options) (*server.Server, error) {
	s, err := server.NewServer(o)
	if err != nil {
		return nil, err
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		endNATS(s)
		return nil, errors.New("nats-server: not ready in time")
	}
	return s, nil
}

func endNATS(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

func addEcho(nc *nats.Conn) error {
	s, err := micro.AddService(nc, micro.Config{Name: serviceName, Version: "1.0.0"})
	if err != nil {
		return err
	}
	return s.AddEndpoint(echo, micro.HandlerFunc(func(r micro.Request) {
		_ = r.Respond(r.Data()) // a lost answer is the caller's failure
	}), micro.WithEndpointSubject(subject))
}

func natsCallersOf(nc *nats.Conn) newCaller {
	return func(payload []byte) ask {
		return func(ctx context.Context) ([]byte, error) {
			m, err := nc.RequestWithContext(ctx, subject, payload)
			if err != nil {
				return nil, err
			}
			return m.Data, nil
		}
	}
}
