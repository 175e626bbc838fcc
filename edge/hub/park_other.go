//go:build !linux

package hub

// lot is empty: each peer keeps its goroutine.
type lot struct{}

func (*lot) watch(*peer) bool { return false }
func (*lot) forget(*peer)     {}
func (*lot) close()           {}
