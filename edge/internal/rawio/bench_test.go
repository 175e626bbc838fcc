package rawio_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/daebus/daebus-go/edge/internal/rawio"
)

// wraps are the ways to use a connection, by name.
var wraps = map[string]func(net.Conn) net.Conn{
	"net":   func(c net.Conn) net.Conn { return c },
	"rawio": rawio.Conn,
}

// echoes makes this program an echo server that wraps its connection so.
const echoes = "DAEBUS_TEST_ECHO"

// Two processes that only wait for each other: see the package's documentation, as
// what this measures is above all how long the machine takes to wake a core.
func BenchmarkRoundTrip(b *testing.B) {
	for _, kind := range []string{"net", "rawio"} {
		b.Run(kind, func(b *testing.B) {
			conn := wraps[kind](dial(b, kind))
			buf := make([]byte, 256)
			b.ReportAllocs()
			for b.Loop() {
				if err := pass(conn, conn, buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// dial connects to another process that echoes.
func dial(b *testing.B, kind string) net.Conn {
	b.Helper()
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), echoes+"="+kind)
	out, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	conn, err := net.Dial("tcp", strings.TrimSpace(addr))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		conn.Close()
		server.Wait()
	})
	return conn
}

// echo serves one connection.
func echo(kind string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(ln.Addr())
	conn, err := ln.Accept()
	if err != nil {
		panic(err)
	}
	conn = wraps[kind](conn)
	buf := make([]byte, 256)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		conn.Write(buf[:n])
	}
}
