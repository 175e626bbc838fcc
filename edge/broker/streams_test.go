package broker_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/daebus/daebus-go/edge/broker"
	"github.com/daebus/daebus-go/edge/internal/resp"
)

// Who asks for one stream very often is cut, and nobody waits for that.
func TestReadTheSameStreamOften(t *testing.T) {
	_, addr := serve(t, broker.Config{MaxMemory: 1 << 20})
	p := dial(t, addr)
	add := bytes.Repeat(resp.AppendCommand(nil, "XADD", "s", "*", "name", strings.Repeat("x", 50)), 5000)
	if _, err := p.conn.Write(add); err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		p.read()
	}
	const often = 30000
	words := []string{"XREAD", "STREAMS"}
	for range often {
		words = append(words, "s")
	}
	for range often {
		words = append(words, "0")
	}
	greedy := dial(t, addr)
	greedy.send(words...)
	began := time.Now()
	if _, err := greedy.rd.ReadReply(); err == nil {
		t.Error("a reply of gigabytes was given")
	}
	if p.do("PING"); time.Since(began) > 5*time.Second {
		t.Errorf("it took %v", time.Since(began))
	}
}

// What a stream holds counts, and is given back.
func TestStreamsAreBounded(t *testing.T) {
	b, addr := serve(t, broker.Config{MaxMemory: 1 << 20})
	p := dial(t, addr)
	idle := b.Stats().Memory
	value := strings.Repeat("x", 1000)
	for range 2000 {
		if r := p.do("XADD", "s", "*", "name", value); r.Kind == resp.Error {
			if !strings.HasPrefix(string(r.Bytes), "OOM ") {
				t.Fatalf("got %q", r.Bytes)
			}
			break
		}
	}
	if m := b.Stats().Memory; m < 900<<10 || m > 1<<20 {
		t.Errorf("%d bytes in use, want about a mebibyte", m)
	}
	p.do("XTRIM", "s", "MAXLEN", "10")
	if r := p.do("XADD", "s", "*", "name", value); r.Kind == resp.Error {
		t.Errorf("after trimming: %s", r.Bytes)
	}
	p.do("DEL", "s")
	if m := b.Stats().Memory; m != idle {
		t.Errorf("%d bytes in use, %d before", m, idle)
	}
}
