// Command daebus is the operator's tool on a device.
//
// Its one subcommand, broker, runs the broker in a process of its own, for a
// device with several services: on a TCP address, a Unix socket, with TLS.
package main

import (
	"fmt"
	"os"

	"github.com/daebus/daebus-go/edge"
)

const usage = `Usage: daebus COMMAND [flags]

  broker       run the broker that services meet at; see daebus broker --help

  --version    print the version
  --help       print this
`

func main() {
	command := ""
	if len(os.Args) > 1 {
		command = os.Args[1]
	}
	switch command {
	case "broker":
		edge.MainBroker(os.Args[2:])
	case "help", "-h", "-help", "--help":
		fmt.Print(usage)
	case "version", "-version", "--version":
		fmt.Println("daebus", edge.Version())
	case "":
		mistake("want a command: broker; see daebus --help")
	default:
		mistake(fmt.Sprintf("unknown command %q: want broker; see daebus --help", command))
	}
}

// mistake ends the process with the status of a command line that makes no sense.
func mistake(text string) {
	fmt.Fprintln(os.Stderr, "daebus:", text)
	os.Exit(2)
}
