// Package wire reads and writes the Daebus envelope: the JSON object around a request, around a reply and around a
// WebSocket frame, as the Python original 0.0.31 speaks it.
//
// Reading is one pass over the bytes. The whole message is validated, the few envelope fields are picked out, and the
// payload is handed on as raw JSON, so that an integer of any size passes through unchanged. What is scanned borrows from
// the message, or from scratch space that the scanned value keeps for its next use; once that space has grown to fit,
// reading allocates nothing.
//
// Writing is appending: each Append function adds to dst and returns the longer slice, and allocates only when dst is too
// short. Payloads and raw identifiers are copied as they are; the caller vouches that they are JSON.
//
// The package accepts exactly the texts that encoding/json accepts, up to [MaxDepth] levels. Of equal keys the last one
// counts, and keys match exactly.
package wire
