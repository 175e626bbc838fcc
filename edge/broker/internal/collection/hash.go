package collection

import "slices"

// Hash has values under the names of fields. While it is packed its fields keep
// the order in which they came.
type Hash struct {
	fields names
	values []string // by the ids of fields
	text   int      // bytes of all values
	spread bool
}

// valueCost is what a value takes beyond its bytes, about.
const valueCost = 24

// Len returns the number of fields.
func (h *Hash) Len() int { return h.fields.len() }

// Bytes returns the memory the fields and values take, about.
func (h *Hash) Bytes() int { return h.fields.bytes() + h.text + len(h.values)*valueCost }

// Packed reports whether it is, and always was, small enough for a listpack.
func (h *Hash) Packed() bool { return !h.spread }

// Get returns the value of a field.
func (h *Hash) Get(field string) (value string, ok bool) {
	id := h.fields.find(field)
	if id < 0 {
		return "", false
	}
	return h.values[id], true
}

// Has reports whether there is such a field.
func (h *Hash) Has(field string) bool { return h.fields.has(field) }

// Set gives a field a value, and reports whether the field is new. It copies field.
func (h *Hash) Set(field []byte, value string) bool {
	id := h.fields.find(string(field))
	if id >= 0 {
		h.text += len(value) - len(h.values[id])
		h.values[id] = value
	} else {
		h.fields.add(string(field))
		h.values = append(h.values, value)
		h.text += len(value)
	}
	h.spread = h.spread || len(field) > packedText || len(value) > packedText || h.Len() > hashLen
	return id < 0
}

// Remove takes a field, and reports whether it was there.
func (h *Hash) Remove(field string) bool {
	id := h.fields.find(field)
	if id < 0 {
		return false
	}
	h.text -= len(h.values[id])
	if h.spread {
		h.fields.remove(id)
		h.values = dropSwap(h.values, id)
	} else {
		h.fields.cut(id)
		h.values = slices.Delete(h.values, id, id+1)
	}
	return true
}

// At returns field i of 0 to Len-1 and its value.
func (h *Hash) At(i int) (field, value string) { return h.fields.list[i], h.values[i] }

// Clone returns a copy that shares nothing with h.
func (h *Hash) Clone() Hash {
	c := Hash{spread: h.spread}
	for i := range h.Len() {
		c.Set([]byte(h.fields.list[i]), h.values[i])
	}
	return c
}
