package daebustest_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/daebus/daebustest"
)

type Order struct {
	Drink string `json:"drink"`
}

type Receipt struct {
	Number int `json:"number"`
}

// newBar is a service, as its own package would make it.
func newBar() *daebus.App {
	app := daebus.New("bar")
	served := 0
	app.Action("order", daebus.Func(func(ctx context.Context, in Order) (Receipt, error) {
		if in.Drink == "" {
			return Receipt{}, daebus.Errorf(daebus.Invalid, "drink: empty; want the name of one")
		}
		served++
		return Receipt{Number: served}, nil
	}))
	app.Every("open", time.Minute, func(ctx context.Context) error {
		_, err := app.Broadcast(ctx, "street", "open")
		return err
	})
	return app
}

// A test of a service needs a bus and the service. In a test, call Run, which
// stops it at the end.
func Example() {
	app := newBar()
	svc, err := daebustest.Start(daebustest.NewBus(), app)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer svc.Stop()

	var receipt Receipt
	err = app.Call(context.Background(), "bar", "order", Order{Drink: "tea"}, &receipt)
	fmt.Println(receipt.Number, err)
	err = app.Call(context.Background(), "bar", "order", Order{}, &receipt)
	fmt.Println(daebus.CodeOf(err))
	// Output:
	// 1 <nil>
	// invalid
}

// TestBarIsOpen is how a test waits two minutes in no time.
func TestBarIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := daebustest.NewBus()
		daebustest.Run(t, bus, newBar())
		heard := 0
		stop, _ := bus.Subscribe(t.Context(), "street", func(string, []byte) { heard++ })
		defer stop()

		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if heard != 2 {
			t.Errorf("got %d shouts in two minutes, want 2", heard)
		}
	})
}

func ExampleService_Bridge() {
	bus := daebustest.NewBus()
	bar, err := daebustest.Start(bus, newBar())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer bar.Stop()
	kiosk, err := daebustest.Start(bus, daebus.New("kiosk"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer kiosk.Stop()

	kiosk.Bridge("bar")
	page := kiosk.Connect()
	page.Write(`{"type":"publish","channel":"bar","data":{"action":"order","payload":{"drink":"tea"},"request_id":"1"}}`)
	fmt.Println(page.Read())
	// Output: {"type":"response","request_id":"1","success":true,"data":{"number":1}}
}

// A job runs when the test says so, whatever its schedule.
func ExampleService_RunJob() {
	app := daebus.New("archive")
	app.Cron("sweep", "0 4 * * *", func(context.Context) error {
		fmt.Println("swept")
		return nil
	})
	svc, err := daebustest.Start(daebustest.NewBus(), app)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer svc.Stop()

	fmt.Println(svc.RunJob("sweep"))
	// Output:
	// swept
	// <nil>
}

// Two services on one bus find each other, as they do on a device.
func ExampleBus() {
	bus := daebustest.NewBus()
	guest := daebus.New("guest")
	for _, app := range []*daebus.App{newBar(), guest} {
		svc, err := daebustest.Start(bus, app)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer svc.Stop()
	}

	var receipt Receipt
	fmt.Println(guest.Call(context.Background(), "bar", "order", Order{Drink: "tea"}, &receipt), receipt.Number)

	bus.Cut(nil)
	fmt.Println(guest.Call(context.Background(), "bar", "order", Order{Drink: "tea"}, &receipt))
	// Output:
	// <nil> 1
	// call bar.order: unavailable: the link is down: cut by the test
}
