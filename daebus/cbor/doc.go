// Package cbor is the CBOR encoding (RFC 8949) for services that talk much or
// to small devices:
//
//	app.Accept(cbor.Codec)
//
// From then on a request in CBOR is answered in CBOR; one in JSON still in JSON.
// Calls are made in CBOR with daebus.Encoding(cbor.Codec). A program that does
// not import the package does not carry the library it stands on.
//
// # The envelope
//
// It is that of JSON with the same keys, in a CBOR map. A message may begin with
// the self-described tag 55799 (d9d9f7). request_id is echoed byte for byte,
// whatever its type. A request without a payload is its own payload, less the
// envelope's members. A payload that is a text string is that string: parsing
// strings once more is a habit of JSON peers only.
//
// # Values
//
// A value that is fine over one door is fine over the other: json tags and
// omitempty count, types that write themselves as text or JSON do so here, a
// time is text as of RFC 3339, and maps have text keys. Only bytes differ: a
// []byte is a byte string, not base64. NaN and the infinities, which JSON cannot
// carry, are refused in both directions; send null.
//
// What is written is deterministic (RFC 8949, section 4.2.1): equal values are
// equal bytes. What is read may have indefinite lengths, as small devices send
// them, but no duplicate keys, no text that is not UTF-8, at most 64 levels and
// at most 65,536 elements an array or map. The size of a whole message is
// bounded by whoever takes it off the wire.
package cbor
