// Package resp reads and writes the Redis serialization protocol, versions 2
// and 3. The link uses it as a client, the embedded broker as a server.
//
// A Reader owns one buffer. It reads as much as the connection has, hands out
// one command or reply after another without copying, and never allocates what
// a peer merely announces: memory grows with the bytes that arrived, within
// Limits.
//
// Writing is appending: the Append functions add one element to a byte slice,
// and those which take proto degrade what RESP2 does not know (maps, pushes,
// booleans, nulls) in the way Redis does.
//
// A server that wants to answer everything one read brought with one write
// gives NewReader an io.Reader that flushes its output before it reads.
//
// Protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/
package resp
