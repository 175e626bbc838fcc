package collection

import (
	"slices"
	"strconv"
	"strings"
)

// Set has members. While all of them are integers, and few, they are kept as
// such and in their order.
type Set struct {
	ints  []int64
	names names
	mixed bool // then it uses names, otherwise ints
}

// Len returns the number of members.
func (s *Set) Len() int { return len(s.ints) + s.names.len() }

// Bytes returns the memory the members take, about.
func (s *Set) Bytes() int { return len(s.ints)*8 + s.names.bytes() }

// Packed reports whether it is, and always was, an intset.
func (s *Set) Packed() bool { return !s.mixed }

// Has reports whether member is in the set.
func (s *Set) Has(member string) bool {
	if s.mixed {
		return s.names.has(member)
	}
	_, ok := s.place(member)
	return ok
}

// place returns where in ints a member is, if it is there.
func (s *Set) place(member string) (i int, ok bool) {
	n, ok := integer(member)
	if ok {
		i, ok = slices.BinarySearch(s.ints, n)
	}
	return i, ok
}

// Add takes a member that is not in the set.
func (s *Set) Add(member string) {
	if !s.mixed {
		if n, ok := integer(member); ok && len(s.ints) < intsLen {
			i, _ := s.place(member)
			s.ints = insert(s.ints, i, n)
			return
		}
		s.mixed = true
		for _, n := range s.ints {
			s.names.add(strconv.FormatInt(n, 10))
		}
		s.ints = nil
	}
	s.names.add(member)
}

// Remove takes a member out, and reports whether it was there.
func (s *Set) Remove(member string) bool {
	if s.mixed {
		id := s.names.find(member)
		if id >= 0 {
			s.names.remove(id)
		}
		return id >= 0
	}
	i, ok := s.place(member)
	if ok {
		s.ints = slices.Delete(s.ints, i, i+1)
	}
	return ok
}

// At returns member i of 0 to Len-1.
//
//go:noinline
func (s *Set) At(i int) string {
	if s.mixed {
		return s.names.list[i]
	}
	return strconv.FormatInt(s.ints[i], 10)
}

// Clone returns a copy that shares nothing with s.
func (s *Set) Clone() Set {
	c := Set{mixed: s.mixed}
	for i := range s.Len() {
		c.Add(s.At(i))
	}
	return c
}

// integer reads a number that is written as it would be printed.
func integer(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || len(digits) > 19 || digits[0] > '9' || digits[0] < '1' && s != "0" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
