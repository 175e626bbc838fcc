package daebus_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

// A Room is what a screen shows of one room.
type Room struct {
	Celsius float64 `json:"celsius"`
	Door    string  `json:"door,omitempty"`
}

// Rooms is a topic with state: the newest of all rooms, by name.
var Rooms = daebus.Topic[map[string]Room]("rooms")

// A screen that subscribes is sent the whole value, and then what changes.
func ExampleTopic_Show() {
	app := daebus.New("kiosk")
	Rooms.Declare(app)
	app.OnStart(func(context.Context) error {
		return Rooms.Show(app, map[string]Room{"hall": {20.5, "open"}, "cellar": {11, "shut"}})
	})
	svc := start(app)
	defer svc.Stop()

	screen := svc.Connect()
	screen.Send("$subscribe", map[string]string{"topic": "rooms"})
	printTopic(screen)
	fmt.Println(Rooms.Show(app, map[string]Room{"hall": {20, "open"}, "cellar": {11, "shut"}, "attic": {Celsius: 24}}))
	printTopic(screen)
	// Output:
	// at 1 the value is {"cellar":{"celsius":11,"door":"shut"},"hall":{"celsius":20.5,"door":"open"}}
	// <nil>
	// from 1 to 2 by {"hall":{"celsius":20},"attic":{"celsius":24}}
}

// A name that was not declared is an error on both ends.
func ExampleBlueprint_Topic() {
	app := daebus.New("kiosk")
	app.Topic("rooms")
	svc := start(app)
	defer svc.Stop()

	fmt.Println(app.Show("room", map[string]Room{}))
	screen := svc.Connect()
	screen.Write(`{"type":"$subscribe","data":{"topic":"room"},"id":1}`)
	fmt.Println(screen.Read())
	// Output:
	// show room: not_found: no topic "room" is declared
	// {"type":"error","data":{"error":"no topic \"room\" is declared","code":"not_found"},"id":1}
}

// printTopic prints the next $topic frame; daebus.js does that for a page.
func printTopic(screen *daebustest.Peer) {
	var f struct {
		Data struct {
			Seq, From    int
			Value, Patch json.RawMessage
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(screen.Read()), &f); err != nil {
		panic(err)
	}
	if f.Data.Patch != nil {
		fmt.Printf("from %d to %d by %s\n", f.Data.From, f.Data.Seq, f.Data.Patch)
	} else {
		fmt.Printf("at %d the value is %s\n", f.Data.Seq, f.Data.Value)
	}
}
