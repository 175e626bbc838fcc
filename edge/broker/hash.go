package broker

import "github.com/daebus/daebus-go/edge/broker/internal/collection"

// hash is the value of a hash key.
type hash struct{ collection.Hash }

func (h *hash) bytes() int   { return h.Bytes() + collectionCost }
func (h *hash) clone() value { return &hash{h.Clone()} }

func (h *hash) visit(i int) (field, value string) { return h.At(i) }

func hget(c *client, args [][]byte) {
	if h, ok := heldOr(c, args[1], &noHash); ok {
		c.fieldOf(h, args[2])
	}
}

func hmget(c *client, args [][]byte) {
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	c.array(len(args) - 2)
	for _, field := range args[2:] {
		c.fieldOf(h, field)
	}
}

// fieldOf replies the value of one field.
func (c *client) fieldOf(h *hash, field []byte) {
	if value, ok := h.Get(string(field)); ok {
		c.bulk(value)
	} else {
		c.null()
	}
}

func hgetAll(c *client, args [][]byte) {
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	c.mapping(h.Len())
	for i := range h.Len() {
		c.field(h.At(i))
	}
}

// hcolumn is HKEYS and HVALS.
func hcolumn(c *client, args [][]byte) {
	h, ok := heldOr(c, args[1], &noHash)
	if !ok {
		return
	}
	c.array(h.Len())
	for i := range h.Len() {
		word, value := h.At(i)
		if c.is(values) {
			word = value
		}
		c.bulk(word)
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
