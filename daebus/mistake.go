package daebus

import (
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// place is where in the source something was registered.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

const thisPackage = "github.com/daebus/daebus-go/daebus."

// here is the nearest caller outside this package.
func here() place {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, thisPackage) || !more {
			return place{f.File, f.Line}
		}
	}
}

func mistake(at place, subject, fault string) error {
	return fmt.Errorf("%v: %s: %s", at, subject, fault)
}

// named is the subject of a mistake: action "greet".
func named(kind, name string) string { return fmt.Sprintf("%s %q", kind, name) }

// maxName bounds names and channels; Redis takes more, no reader does.
const maxName = 255

func nameFault(name string) string {
	switch {
	case name == "":
		return "the name is empty"
	case len(name) > maxName:
		return fmt.Sprintf("the name has %d bytes; want at most %d", len(name), maxName)
	case !utf8.ValidString(name):
		return "the name is not UTF-8"
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "the name holds a space or a control character"
	}
	return ""
}

// serviceFault: a service's name is its channel, so it must not be read as a
// pattern or taken for somebody's inbox.
func serviceFault(name string) string {
	if fault := nameFault(name); fault != "" {
		return fault
	}
	if strings.ContainsAny(name, `*?[]\`) {
		return `the name is also a channel and must not hold any of * ? [ ] \`
	}
	if strings.HasPrefix(name, inboxPrefix) {
		return "names that begin with " + inboxPrefix + " are inboxes"
	}
	return ""
}

func channelFault(channel string) string {
	if fault := nameFault(channel); fault != "" {
		return fault
	}
	if i := strings.IndexByte(channel, '*'); i >= 0 && i < len(channel)-1 {
		return "a * is only understood at the end"
	}
	return ""
}

func topicFault(name string) string {
	if fault := nameFault(name); fault != "" {
		return fault
	}
	if strings.Contains(name, "*") {
		return "a topic with state is one topic; want a name without *"
	}
	return ""
}

func prefixFault(prefix string) string {
	if fault := nameFault(prefix); fault != "" {
		return fault
	}
	if strings.ContainsAny(prefix, "/{}*") {
		return "a prefix must not hold any of / { } *"
	}
	return ""
}

func socketFault(kind string) string {
	switch {
	case kind == "connect", kind == "disconnect":
		return "connect and disconnect are hooks; use OnPeer"
	case strings.HasPrefix(kind, "$"):
		return "types that begin with $ are the hub's own"
	}
	return ""
}

func intervalFault(d time.Duration) string {
	if d <= 0 {
		return fmt.Sprintf("the interval is %v; want more than 0", d)
	}
	return ""
}
