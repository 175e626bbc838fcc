package hub

import "testing"

// A peer may be parked once more while another goroutine parts with it, and with that
// closes the lot.
func TestNothingIsOpenedForWhoHasGone(t *testing.T) {
	var l lot
	defer l.close()
	if l.watch(&peer{conn: &conn{fd: -1}}) || l.epoll != nil {
		t.Error("a peer whose connection is closed is watched")
	}
}
