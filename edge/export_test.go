package edge

// For the tests of the settings.
var (
	LoadFrom = load // with the directory of the default TOML file
	MaskBus  = maskBus
)

// Complete fills in c as Run does.
func Complete(c *Config, getenv func(string) string) error { return c.complete(getenv) }
