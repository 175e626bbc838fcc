package broker

// setWord is an option of SET or GETEX, or several.
type setWord uint16

const (
	ifNone setWord = 1 << iota
	ifAny
	getOld
	keepExpiry
	noExpiry
	inSeconds
	inMillis
	atSeconds
	atMillis

	existence = ifNone | ifAny
	expiring  = inSeconds | inMillis | atSeconds | atMillis
	ofSet     = existence | getOld | keepExpiry | expiring
	ofGetex   = noExpiry | expiring
)

var setWords = [...]string{"NX", "XX", "GET", "KEEPTTL", "PERSIST", "EX", "PX", "EXAT", "PXAT"}

// setWordOf returns what a word means, or 0.
func setWordOf(word []byte) setWord { return setWord(bitOf(word, setWords[:])) }

// rivals are the options that this one does not go with.
func (w setWord) rivals() setWord {
	switch {
	case w&existence != 0:
		return existence &^ w
	case w != getOld:
		return (keepExpiry | noExpiry | expiring) &^ w
	}
	return 0
}

// setOptions are those of SET and GETEX.
type setOptions struct {
	said   setWord
	expiry []byte // with one that is expiring
}

// parseSet reads options of which so many are allowed, or replies the error.
func (c *client) parseSet(args [][]byte, allowed setWord) (o setOptions, ok bool) {
	for len(args) > 0 {
		w := setWordOf(args[0]) & allowed
		args = args[1:]
		if w == 0 || o.said&w.rivals() != 0 || w&expiring != 0 && len(args) == 0 {
			c.errorText(errSyntax)
			return o, false
		}
		if w&expiring != 0 {
			o.expiry, args = args[0], args[1:]
		}
		o.said |= w
	}
	return o, true
}

// at returns the moment at which the key is to end, or 0, or replies the error.
func (o *setOptions) at(c *client) (at int64, ok bool) {
	if o.said&expiring == 0 {
		return 0, true
	}
	return c.parseMoment(o.expiry, o.said&(inMillis|atMillis) != 0, o.said&(atSeconds|atMillis) != 0, 1)
}
