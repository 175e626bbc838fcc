package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

func redisTCP(ctx context.Context, dir string, ready func(news)) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(address)
	return runRedis(ctx, "tcp", address, func(pid int) { ready(news{bus: "redis://" + address, pid: pid}) },
		"--dir", dir, "--bind", "127.0.0.1", "--port", port)
}

func redisUnix(ctx context.Context, dir string, ready func(news)) error {
	socket := filepath.Join(dir, "socket")
	return runRedis(ctx, "unix", socket, func(pid int) { ready(news{bus: "unix://" + socket, pid: pid}) },
		"--dir", dir, "--unixsocket", socket, "--port", "0")
}

// freeAddress is one that nobody listened on a moment ago.
func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}

// runRedis runs a redis-server that keeps nothing, until ctx is done.
func runRedis(ctx context.Context, network, address string, ready func(pid int), args ...string) error {
	// The kernel ends the server with the thread that started it, should this
	// process be killed.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "redis-server", append(args, "--save", "", "--appendonly", "no")...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = patience / 2
	cmd.Stdout = &said
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w; to install it: apt-get install redis-server", err)
	}
	go func() {
		if awaitPong(ctx, network, address) {
			ready(cmd.Process.Pid)
		}
	}()
	if err := cmd.Wait(); ctx.Err() == nil {
		return fmt.Errorf("redis-server ended (%v): %s", err, said.Bytes())
	}
	return nil
}

func awaitPong(ctx context.Context, network, address string) bool {
	for !pong(network, address) {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func pong(network, address string) bool {
	conn, err := net.DialTimeout(network, address, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprint(conn, "PING\r\n")
	var reply [7]byte
	n, _ := conn.Read(reply[:])
	return string(reply[:n]) == "+PONG\r\n"
}
