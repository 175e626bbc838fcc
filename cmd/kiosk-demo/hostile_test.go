package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/daebus/daebus-go/cmd/sensor-demo/contract"
	"github.com/daebus/daebus-go/edge"
)

// A page of another origin, opened in the same browser, gets neither the
// kiosk's WebSocket nor anything written, whichever way it tries.
func TestHostilePageGetsNothing(t *testing.T) {
	page := startChromium(t)
	busAddr, webAddr := freeAddr(t), freeAddr(t)
	serve(t, New(), edge.Config{Bus: "embedded://" + busAddr, HTTP: webAddr})
	serve(t, newFakeSensor("bench", contract.MinInterval), edge.Config{Bus: "redis://" + busAddr})
	kiosk := "http://" + webAddr
	await(t, "the kiosk", func() bool { return get(kiosk+"/api/readings/cpu.usage") != "" })
	hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>hostile</title><iframe name="away"></iframe>
<form method="post" target="away" enctype="text/plain" action="` + kiosk + `/api/echo"><input name='{"text":"' value='"}'></form>`))
	}))
	defer hostile.Close()
	page.open(hostile.URL)
	page.until("the hostile page", "document.title", equal("hostile"))

	page.eval(`(() => {
		window.got = {};
		const socket = new WebSocket('ws://` + webAddr + `/ws');
		socket.onopen = () => { got.socket = 'open'; };
		socket.onerror = () => { got.socket = 'refused'; };
		const ask = (name, path, options) => fetch('` + kiosk + `' + path, options)
			.then((r) => { got[name] = r.type === 'opaque' ? 'sent' : 'answered'; }, () => { got[name] = 'refused'; });
		ask('read', '/api/state');
		ask('json', '/api/echo', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"text":"a"}' });
		ask('simple', '/api/echo', { method: 'POST', mode: 'no-cors', body: '{"text":"a"}' });
		document.querySelector('form').submit();
	})()`)
	page.until("the end of its tries", `['socket', 'read', 'json', 'simple'].map((n) => got[n]).join()`,
		equal("refused,refused,refused,sent")) // a simple request is sent by every browser: the kiosk has to refuse it
	page.until("the answer to its form", `(() => { try { return frames.away.location.href; } catch { return 'not ours'; } })()`, equal("not ours"))
	if calls := get(kiosk + "/api/screen?device=bench"); !contains(`"calls":{}`)(calls) {
		t.Errorf("something was written: %s", calls)
	}
}
