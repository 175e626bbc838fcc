package hub_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/hub"
)

func TestPushReachesIDsAndRoomsOnce(t *testing.T) {
	app, in, _ := joined()
	s := serve(t, app, hub.Config{})
	var clients []*client
	var peers []daebus.Peer
	for range 4 {
		clients = append(clients, dial(t, s.url))
		peers = append(peers, within(t, in))
	}
	a, b, c, d := peers[0].ID(), peers[1].ID(), peers[2].ID(), peers[3].ID()
	for _, p := range peers[:2] {
		p.Join("lobby")
	}
	for _, p := range peers[1:3] {
		p.Join("bar")
	}
	peers[2].Join("attic")
	peers[2].Leave("attic")
	peers[3].Join(a) // the ID of a peer is no room

	for i, tt := range []struct {
		to   []string
		want []int
	}{
		{nil, []int{0, 1, 2, 3}},
		{[]string{a}, []int{0}},
		{[]string{a, c, a}, []int{0, 2}},
		{[]string{"lobby"}, []int{0, 1}},
		{[]string{"lobby", "bar", b}, []int{0, 1, 2}},
		{[]string{d, "bar"}, []int{1, 2, 3}},
		{[]string{"attic"}, nil},
		{[]string{"nowhere", ""}, nil},
	} {
		frame := fmt.Appendf(nil, `{"type":"round","data":%d}`, i)
		if n := s.Push(frame, tt.to); n != len(tt.want) {
			t.Errorf("to %q: reached %d, want %d", tt.to, n, len(tt.want))
		}
		for _, i := range tt.want {
			clients[i].want(string(frame))
		}
	}
	for _, c := range clients { // nobody got more than that
		c.send(`{"type":"echo","data":"end"}`)
		c.want(`{"type":"response","data":"end"}`)
	}
}

func TestRoomsGoWithTheirPeers(t *testing.T) {
	app, in, out := joined()
	s := serve(t, app, hub.Config{})
	c := dial(t, s.url)
	p := within(t, in)
	p.Join("lobby")
	c.CloseNow()
	within(t, out)
	p.Join("lobby") // too late
	if n := s.Push([]byte(`{}`), []string{"lobby"}); n != 0 {
		t.Errorf("reached %d in the room of a peer that left", n)
	}
	if n := s.Len(); n != 0 {
		t.Errorf("%d peers left", n)
	}
}

func TestRoomsOfAPeerAreBounded(t *testing.T) {
	app, in, _ := joined()
	s := serve(t, app, hub.Config{})
	dial(t, s.url)
	p := within(t, in)
	for i := range 70 {
		p.Join(fmt.Sprint(i))
	}
	p.Join("63") // is in it
	for room, want := range map[string]int{"0": 1, "63": 1, "64": 0, "69": 0} {
		if n := s.Push([]byte(`{}`), []string{room}); n != want {
			t.Errorf("room %s: reached %d, want %d", room, n, want)
		}
	}
	if n := s.log.count("too many rooms"); n != 1 {
		t.Errorf("said %d times, want once", n)
	}
	p.Leave("0")
	p.Join("64")
	if n := s.Push([]byte(`{}`), []string{"64"}); n != 1 {
		t.Error("no room after leaving one")
	}
}

func TestEachPeerGetsTheMessagesOfAServiceInOrder(t *testing.T) {
	const peers, pushers, messages = 20, 4, 200
	app, in, _ := joined()
	s := serve(t, app, hub.Config{})
	var clients []*client
	for range peers {
		clients = append(clients, dial(t, s.url))
		within(t, in)
	}
	for pusher := range pushers {
		go func() {
			for n := range messages {
				s.Push(fmt.Appendf(nil, `[%d,%d]`, pusher, n), nil)
			}
		}()
	}
	for _, c := range clients {
		var next [pushers]int
		for range pushers * messages {
			var got [2]int
			if err := json.Unmarshal([]byte(c.receive()), &got); err != nil {
				t.Fatal(err)
			}
			if pusher, n := got[0], got[1]; n != next[pusher] {
				t.Fatalf("got message %d of pusher %d, want %d", n, pusher, next[pusher])
			}
			next[got[0]]++
		}
	}
}
