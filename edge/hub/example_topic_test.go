package hub_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

// A topic with state, read as server-sent events.
func ExampleHub_Events() {
	app := daebus.New("kiosk")
	app.Topic("door")
	service, err := app.Service()
	if err != nil {
		fmt.Println(err)
		return
	}
	h := hub.New(hub.Config{Service: service}) // no peers here, so no lanes
	server := httptest.NewServer(h.Events())
	defer server.Close()

	fmt.Println(h.Show("door", []byte(`{"open":false,"name":"front"}`)))
	resp, err := http.Get(server.URL + "?topic=door")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				fmt.Println(settled(data))
				return
			}
		}
	}
	next()
	fmt.Println(h.Show("door", []byte(`{"open":true,"name":"front"}`)))
	next()
	fmt.Println(h.Close(context.Background(), nil))
	_, err = io.Copy(io.Discard, resp.Body) // to its end
	fmt.Println(err)

	// Output:
	// <nil>
	// {"topic":"door","epoch":"E","seq":1,"age":0,"value":{"open":false,"name":"front"}}
	// <nil>
	// {"topic":"door","epoch":"E","seq":2,"from":1,"age":0,"patch":{"open":true}}
	// <nil>
	// <nil>
}
