package main

import (
	"testing"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/edge"
)

// TestScreenObeys has the bus tell a page what to do, and fingers and keys answer.
func TestScreenObeys(t *testing.T) {
	page := startChromium(t)
	busAddr, webAddr := freeAddr(t), freeAddr(t)
	stopKiosk := serve(t, New(), edge.Config{Bus: "embedded://" + busAddr, HTTP: webAddr})
	await(t, "the page", func() bool { return get("http://"+webAddr+"/") != "" })
	shell, hangUp, err := edge.Dial(t.Context(), edge.Config{Bus: "redis://" + busAddr})
	if err != nil {
		t.Fatal(err)
	}
	tell := func(in screenRequest) {
		t.Helper()
		var out screenReply
		if err := shell.Call(t.Context(), "kiosk", "screen", in, &out); err != nil || out.Reached != 1 {
			t.Fatalf("%+v: got %+v, %v; want one screen reached", in, out, err)
		}
	}
	// loads is how often the page was loaded.
	const loads = `(sessionStorage.loads ??= 0, window.loaded ??= ++sessionStorage.loads, sessionStorage.loads)`
	open := func(when string) {
		t.Helper()
		page.until("a connection "+when, `document.querySelector('#chips li').textContent`, equal("Kiosk"))
	}
	page.open("http://" + webAddr + "/")
	open("at first")
	page.until("the first load", loads, equal("1"))

	const message = `document.querySelector('#message').hidden ? '' : document.querySelector('#message p').textContent`
	tell(screenRequest{Do: "message", Text: "Back at <two>"})
	page.until("the message", message, equal("Back at <two>"))
	page.eval(`document.querySelector('#message button').click()`)
	page.until("the end of the message", message, equal(""))

	const dark = `!document.querySelector('#cover').hidden`
	tell(screenRequest{Do: "screen"})
	page.until("a dark screen", dark, equal("true"))
	page.key("Enter")
	page.until("a lit screen", dark, equal("false"))

	const flash = `!document.querySelector('#flash').hidden && getComputedStyle(document.querySelector('#flash')).animationName`
	tell(screenRequest{Do: "identify"})
	page.until("a flash", flash, equal("flash"))
	page.calm()
	tell(screenRequest{Do: "identify"})
	page.until("no motion", flash, equal("none"))
	page.until("no motion in gauges", `(() => {
		const path = document.createElement('i');
		path.className = 'value';
		const gauge = document.createElement('p');
		gauge.className = 'gauge';
		gauge.append(path);
		document.body.append(gauge);
		const lasts = getComputedStyle(path).transitionDuration;
		gauge.remove();
		return lasts;
	})()`, equal("0s"))

	tell(screenRequest{Do: "navigate", URL: "#readings"})
	page.until("the view", `document.querySelector('.view:not([hidden])').dataset.view`, equal("readings"))
	tell(screenRequest{Do: "navigate", URL: "https://example.com/"})
	tell(screenRequest{Do: "navigate", URL: "#system"})
	page.until("the view", `document.querySelector('.view:not([hidden])').dataset.view`, equal("system"))

	tell(screenRequest{Do: "reload"})
	page.until("the second load", loads, equal("2"))
	open("after it")

	page.key("Tab")
	page.until("the first link in focus", `document.activeElement.hash`, equal("#overview"))
	page.until("a ring around it", `getComputedStyle(document.activeElement).outlineStyle`, equal("solid"))
	page.key("Tab")
	page.key("Enter")
	page.until("the view", `document.querySelector('.view:not([hidden])').dataset.view`, equal("readings"))

	if err := hangUp(); err != nil {
		t.Error(err)
	}
	stopKiosk()
	k := newKiosk()
	k.app.PageVersion("another")
	serve(t, k.app, edge.Config{Bus: "embedded://" + busAddr, HTTP: webAddr})
	page.until("a load for the new version", loads, equal("3"))
	open("after it")
	serve(t, newFakeSensor("bench", contract.MinInterval), edge.Config{Bus: "redis://" + busAddr})
	page.live("after it")
	if n := page.eval(loads); n != "3" {
		t.Errorf("got %s loads, want 3: one for each new version", n)
	}
}
