package edge

// MeetAt changes where services meet when nothing is configured. It must be
// called before any runs.
func MeetAt(address string) { defaultBus = address }
