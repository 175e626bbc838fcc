package resp

// Limits bounds what a Reader holds for its peer. Every zero field means the
// default in its comment. A command that is beyond them is a ProtocolError, and
// so is a reply, but for Bulk and Total: what is too long for them is read and
// cut; see Reply.Cut.
type Limits struct {
	Elements int // arguments of one command, or values in one reply with all its parts; default 131072
	Bulk     int // bytes of one string; default 16 MiB
	Total    int // bytes of one command or reply; default 32 MiB
	Inline   int // bytes of one line: an inline command, a length, a simple string; default 64 KiB
	Depth    int // aggregates inside aggregates of a reply; default 16
	Start    int // bytes of the buffer as long as little comes; default 4 KiB
}

func (l Limits) withDefaults() Limits {
	set := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	set(&l.Elements, 128<<10)
	set(&l.Bulk, 16<<20)
	set(&l.Total, 32<<20)
	set(&l.Inline, 64<<10)
	set(&l.Depth, 16)
	set(&l.Start, startBuffer)
	return l
}

// ProtocolError says how a peer broke the protocol. The text of one that
// ReadCommand returns is Redis' own, so a server sends it as it is, after
// "ERR ". The connection is of no further use.
type ProtocolError string

func (e ProtocolError) Error() string { return "Protocol error: " + string(e) }

// maxString is the longest string that Redis sends: its own default limit.
const maxString = 512 << 20

// Texts that more than one place needs.
const (
	errTooBig  ProtocolError = "too big request"
	errLineEnd ProtocolError = "line does not end in CRLF"
	errLength  ProtocolError = "invalid length"
)
