package main

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// proxy is the way between the browser and the kiosk, which can be slow.
type proxy struct {
	addr string
	late atomic.Int64 // that much is added to each piece of what passes, ns
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: ln.Addr().String()}
	var wg sync.WaitGroup
	var mu sync.Mutex
	conns := map[net.Conn]bool{} // guarded by mu; nil at the end
	t.Cleanup(func() {
		ln.Close()
		mu.Lock()
		for c := range conns {
			c.Close()
		}
		conns = nil
		mu.Unlock()
		wg.Wait()
	})
	pass := func(from, to net.Conn) {
		defer to.Close()
		for buf := make([]byte, 4096); ; {
			n, err := from.Read(buf)
			if err != nil {
				return
			}
			time.Sleep(time.Duration(p.late.Load()))
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
	}
	keep := func(list ...net.Conn) bool {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range list {
			if conns == nil {
				c.Close()
				continue
			}
			conns[c] = true
		}
		return conns != nil
	}
	wg.Go(func() {
		for {
			browser, err := ln.Accept()
			if err != nil {
				return
			}
			kiosk, err := net.Dial("tcp", to)
			if err != nil {
				browser.Close()
				continue
			}
			if keep(browser, kiosk) {
				wg.Go(func() { pass(browser, kiosk) })
				wg.Go(func() { pass(kiosk, browser) })
			}
		}
	})
	return p
}

// delay makes the way slow, or with 0 as quick as it can be.
func (p *proxy) delay(d time.Duration) { p.late.Store(int64(d)) }
