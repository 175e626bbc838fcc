package daebus

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus/internal/wire"
)

// prompt is a bus on which all that can become of a request does before PostFrom
// returns.
type prompt struct {
	Bus
	client *Client
	do     func(b *prompt, s Sender, number uint64, r *wire.Request) error
}

func (b *prompt) PostFrom(s Sender, number uint64, _ string, msg []byte) error {
	var r wire.Request
	if err := wire.ScanRequest(msg, &r); err != nil {
		return err
	}
	return b.do(b, s, number, &r)
}

func (b *prompt) reply(r *wire.Request, final bool) {
	b.client.receive("", wire.AppendResponse(nil, wire.Success, []byte("1"), r.ID, final))
}

func (*prompt) Subscribe(context.Context, string, func(string, []byte)) (func(), error) {
	return func() {}, nil
}

func TestAskerIsToldOnceAndLeavesItsSlot(t *testing.T) {
	full := Errorf(Busy, "full")
	b := &prompt{client: NewClient("kiosk")}
	if _, err := b.client.Attach(t.Context(), Runtime{Bus: b}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		do    func(b *prompt, s Sender, number uint64, r *wire.Request) error
		told  int
		fails bool // ask itself does
		code  Code // of what is told last
	}{
		{"reply", func(b *prompt, _ Sender, _ uint64, r *wire.Request) error { b.reply(r, true); return nil }, 1, false, ""},
		{"progress and two replies", func(b *prompt, _ Sender, _ uint64, r *wire.Request) error {
			b.reply(r, false)
			b.reply(r, true)
			b.reply(r, true)
			return nil
		}, 2, false, ""},
		{"bounced twice", func(_ *prompt, s Sender, n uint64, _ *wire.Request) error {
			s.Bounced(n, nil)
			s.Bounced(n, full)
			return nil
		}, 1, false, Unavailable},
		{"bounced for another", func(b *prompt, s Sender, n uint64, r *wire.Request) error {
			s.Bounced(n-1, nil)
			s.Bounced(n+1, nil)
			b.reply(r, true)
			return nil
		}, 1, false, ""},
		{"lost and refused", func(b *prompt, _ Sender, _ uint64, _ *wire.Request) error {
			b.client.LinkDown(errors.New("cable"))
			return full
		}, 1, false, Unavailable},
		{"refused", func(*prompt, Sender, uint64, *wire.Request) error { return full }, 0, true, ""},
	} {
		b.do = c.do
		for range 100 {
			var last reply
			told := 0
			a := &asker{told: func(r reply) { last, told = r, told+1 }}
			err := b.client.ask(a, "coffee", "brew", []byte("{}"), time.Second)
			a.giveUp(full)
			if (err != nil) != c.fails || told != c.told || told > 0 && !last.final || c.code != "" && CodeOf(last.err) != c.code {
				t.Fatalf("%s: got %v, and was told %d times, last %v", c.name, err, told, last.err)
			}
		}
	}
	for _, p := range b.client.calls.all() {
		if p.taken.Load() {
			t.Errorf("slot %d is taken", p.slot)
		}
	}
}
