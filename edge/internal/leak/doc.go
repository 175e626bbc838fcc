// Package leak makes a package's tests fail when they leave goroutines behind.
//
//	func TestMain(m *testing.M) { leak.Main(m) }
//
// Whoever starts a goroutine stops it and waits for it; this is where the tests
// hold us to it. The check compares nothing to a baseline: before the first
// test there is only the runtime and package testing, so whatever is neither of
// them after the last test is ours.
package leak
