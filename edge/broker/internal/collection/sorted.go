package collection

// Sorted has members with a score, in the order of their scores and, where
// these are equal, of their bytes. A place in this order is 0 to Len-1.
type Sorted struct {
	members names
	scores  []float64 // by the ids of members
	order   order
	spread  bool
}

// scoreCost is what a score and a place in the order take, about.
const scoreCost = 16

// Len returns the number of members.
func (z *Sorted) Len() int { return z.members.len() }

// Bytes returns the memory the members and their scores take, about.
func (z *Sorted) Bytes() int { return z.members.bytes() + z.Len()*scoreCost }

// Packed reports whether it is, and always was, small enough for a listpack.
func (z *Sorted) Packed() bool { return !z.spread }

// Spread makes it large, however few members it has.
func (z *Sorted) Spread() { z.spread = true }

// Score returns the score of a member.
func (z *Sorted) Score(member string) (score float64, ok bool) {
	id := z.members.find(member)
	if id < 0 {
		return 0, false
	}
	return z.scores[id], true
}

// Set gives a member a score, which is not NaN. It copies member.
func (z *Sorted) Set(member []byte, score float64) {
	id := z.members.find(string(member))
	z.spread = z.spread || len(member) > packedText || id < 0 && z.Len() >= sortedLen
	if !z.spread {
		score += 0 // a listpack has no negative zero
	}
	if id >= 0 {
		if z.scores[id] == score {
			return
		}
		z.order.remove(z.place(id))
		z.scores[id] = score
	} else {
		id = z.Len()
		z.members.add(string(member))
		z.scores = append(z.scores, score)
	}
	z.order.insert(z.place(id), id)
}

// Remove takes a member out, and reports whether it was there.
func (z *Sorted) Remove(member string) bool {
	id := z.members.find(member)
	if id < 0 {
		return false
	}
	z.RemoveAt(z.place(id))
	return true
}

// RemoveAt takes the member at a place out.
func (z *Sorted) RemoveAt(place int) {
	id, last := z.order.at(place), z.Len()-1
	z.order.set(z.place(last), id)
	z.order.remove(place)
	z.members.remove(id)
	z.scores = dropSwap(z.scores, id)
}

// Place returns where a member stands.
func (z *Sorted) Place(member string) (place int, ok bool) {
	id := z.members.find(member)
	if id < 0 {
		return 0, false
	}
	return z.place(id), true
}

// place returns where a member stands, or is to stand.
func (z *Sorted) place(id int) int {
	score, member := z.scores[id], z.members.list[id]
	return z.Search(func(m string, s float64) bool { return s > score || s == score && m >= member })
}

// At returns the member at a place, and its score.
func (z *Sorted) At(place int) (member string, score float64) { return z.ByID(z.order.at(place)) }

// Search returns the first place past a border, or Len when there is none.
// The members past it must stand behind the others.
func (z *Sorted) Search(past func(member string, score float64) bool) int {
	return z.order.search(func(id int) bool { return past(z.ByID(id)) })
}

// Between returns the ids of the members at places first to end-1, in order.
func (z *Sorted) Between(first, end int) []uint32 { return z.order.between(first, end) }

// ByID returns member id of 0 to Len-1, in no order, and its score.
func (z *Sorted) ByID(id int) (member string, score float64) {
	return z.members.list[id], z.scores[id]
}

// Clone returns a copy that shares nothing with z.
func (z *Sorted) Clone() Sorted {
	c := Sorted{spread: z.spread}
	for id, score := range z.scores {
		c.Set([]byte(z.members.list[id]), score)
	}
	return c
}
