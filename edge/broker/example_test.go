package broker_test

import (
	"bufio"
	"context"
	"fmt"
	"net"

	"github.com/daebus/daebus-go/edge/broker"
)

func ExampleBroker_Serve() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error)
	go func() { ended <- broker.New(broker.Config{}).Serve(ctx, ln) }()

	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprint(conn, "PING\r\n")
	answer, _ := bufio.NewReader(conn).ReadString('\n')
	fmt.Printf("%q\n", answer)
	conn.Close()

	cancel()
	fmt.Println(<-ended)
	// Output:
	// "+PONG\r\n"
	// <nil>
}
