package broker

import "github.com/daebus/daebus-go/edge/broker/internal/collection"

// hash is the value of a hash key.
type hash struct{ collection.Hash }

func (h *hash) bytes() int   { return h.Bytes() + collectionCost }
func (h *hash) clone() value { return &hash{h.Clone()} }

func (h *hash) visit(i int) (field, value string) { return h.At(i) }

// hget is HGET and HMGET.
func hget(c *client, args [][]byte) {
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	c.several(args[2:])
	for _, field := range args[2:] {
		if value, ok := h.Get(string(field)); ok {
			c.bulk(value)
		} else {
			c.null()
		}
	}
}

func hexists(c *client, args [][]byte) {
	if h, ok := heldOr(c, args[1], &noHash); ok {
		c.truth(h.Has(string(args[2])))
	}
}

func hstrlen(c *client, args [][]byte) {
	if h, ok := heldOr(c, args[1], &noHash); ok {
		value, _ := h.Get(string(args[2]))
		c.int(len(value))
	}
}
