package broker

import (
	"strings"
	"testing"
)

// Any commands on collections: none panics, what is charged is what is there,
// and no key is empty.
func FuzzCollections(f *testing.F) {
	f.Add("hset h f v g w\nhdel h f\nhincrbyfloat h g 1\nhrandfield h -5 withvalues\nhscan h 0 match * count 5")
	f.Add("sadd s 1 2 3\nsadd s x\nspop s 2\nsmove s t x\nsinterstore u s t\nsrandmember s -3\nsscan s 9")
	f.Add("zadd z 1 a inf b\nzadd z gt incr 5 a\nzrange z (1 +inf byscore rev limit 0 1\nzunionstore y 2 z s weights 1 -1 aggregate max\nzmpop 1 z min count 9\nzrangestore q z [a + bylex\nzscan z 0")
	f.Fuzz(func(t *testing.T, script string) {
		b, c := unconnected(t)
		for line := range strings.Lines(script) {
			words := strings.Split(strings.TrimSuffix(line, "\n"), " ")
			if c.parked == nil && strings.ContainsAny(words[0][:min(1, len(words[0]))], "hHsSzZ") {
				do(c, words...)
			}
		}
		used := 0
		for key, e := range b.store.dbs[0].keys {
			used += len(key) + e.value.bytes() + entryCost
			if isEmpty(e.value) {
				t.Errorf("%q is empty", key)
			}
		}
		if b.store.used != used {
			t.Errorf("%d bytes are accounted for, want %d", b.store.used, used)
		}
	})
}
